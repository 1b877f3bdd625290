import test from "ava";
import fc from "fast-check";
import { stringify } from "yaml";
import type { Problem } from "../../../core/problem.ts";
import { readIni } from "../../../stacks/watch/ansible/ini.ts";
import { Inventory, resolve } from "../../../stacks/watch/ansible/inventory.ts";
import { readYaml as readNodes } from "../../../stacks/watch/ansible/yaml.ts";
import { parseYaml } from "../../../stacks/watch/yaml.ts";

type Reader = typeof readIni;

const readYaml: Reader = (inventory, file, text, problems) => {
  const yaml = parseYaml(file, text, "ansible", problems);
  if (yaml.readable) readNodes(inventory, yaml, problems);
};

/** Hosts with groups and variables, without places. */
function hostsOf(inventory: Inventory) {
  const hosts = resolve(inventory).map(({ name, groups, variables }) => ({
    name,
    groups,
    variables: Object.fromEntries([...variables].map(([key, { value }]) => [key, value])),
  }));
  return Object.fromEntries(hosts.map(({ name, ...rest }) => [name, rest]));
}

function read(reader: Reader, text: string) {
  const problems: Problem[] = [];
  const inventory = new Inventory();
  reader(inventory, "hosts", text, problems);
  return { hosts: hostsOf(inventory), problems };
}

test("INI: groups, variables, children, ranges, ports, comments", (t) => {
  const { hosts, problems } = read(
    readIni,
    `# a comment
lone
[web]
web[1:2] port="80" names="['a', 'b']" # another
; and another
[db]
db1:2222 ansible_host=10.0.0.1
[site:children]
web
db
[site:vars]
where = here
level = outer
[db:vars]
level=inner # a comment is part of a text
[all:vars]
level=all
`,
  );
  t.deepEqual(problems, []);
  const web = { port: 80, names: ["a", "b"], where: "here", level: "outer" };
  t.deepEqual(hosts, {
    lone: { groups: [], variables: { level: "all" } },
    web1: { groups: ["site", "web"], variables: web },
    web2: { groups: ["site", "web"], variables: web },
    db1: {
      groups: ["site", "db"],
      variables: {
        level: "inner # a comment is part of a text",
        where: "here",
        ansible_port: 2222,
        ansible_host: "10.0.0.1",
      },
    },
  });
});

test("YAML: the same, with aliases, merges and YAML 1.1's booleans", (t) => {
  const { hosts, problems } = read(
    readYaml,
    `all:
  vars: { level: all, flag: yes }
  hosts:
    lone:
    "web[1:2]:2222": { port: 80 }
  children:
    db:
      hosts: db1
      vars: &more { names: [a, b] }
    site:
      children:
        db:
        inner: { hosts: { lone: }, vars: { <<: *more, level: inner } }
      vars: { level: outer }
`,
  );
  t.deepEqual(problems, []);
  const web = { groups: [], variables: { level: "all", flag: true, ansible_port: 2222, port: 80 } };
  t.deepEqual(hosts, {
    lone: { groups: ["site", "inner"], variables: { level: "inner", flag: true, names: ["a", "b"] } },
    web1: web,
    web2: web,
    db1: { groups: ["site", "db"], variables: { level: "outer", flag: true, names: ["a", "b"] } },
  });
});

test("precedence: a child before its parent, then ansible_group_priority, then the later name", (t) => {
  const text = (extra: string) =>
    `[a]\nh\n[b]\nh\n[outer:children]\na\nb\n[outer:vars]\nx=outer\n[a:vars]\nx=a\n${extra}\n[b:vars]\nx=b\n`;
  t.is(read(readIni, text("")).hosts.h!.variables.x, "b");
  t.is(read(readIni, text("ansible_group_priority=2")).hosts.h!.variables.x, "a");
  t.is(read(readIni, `${text("")}[c]\nh x=host\n`).hosts.h!.variables.x, "host");
});

test("a group within itself is refused at the line that closes the loop, and does not hang", (t) => {
  const { hosts, problems } = read(readIni, "[a]\nh\n[a:children]\nb\n[b:children]\na\n");
  t.deepEqual(problems, [
    {
      where: "hosts:6",
      given: 'the child "a" of the group "b", which is by way of others a child of itself',
      expected: "children without a loop",
      mend: "take one of them out of the other's children",
    },
  ]);
  t.deepEqual(hosts.h!.groups.toSorted(), ["a"]);
});

const refuses = test.macro((t, reader: Reader, text: string, expected: Problem) => {
  t.deepEqual(read(reader, text).problems, [expected]);
});

test("INI: header with spaces", refuses, readIni, "[web servers]\nweb1\n", {
  where: "hosts:1",
  given: "[web servers]",
  expected: "a header such as [web], [web:vars] or [web:children], without spaces",
  mend: "correct it",
});
test("INI: unknown kind of section", refuses, readIni, "\n[web:var]\na=1\n", {
  where: "hosts:2",
  given: "[web:var]",
  expected: "[web], [web:vars] or [web:children]",
  mend: "write [web:vars]",
});
test("INI: a word that is no variable", refuses, readIni, "web1 a=1 b\n", {
  where: "hosts:1",
  given: '"b" after host web1',
  expected: "key=value, with quotes around a value that has spaces",
  mend: "correct it",
});
test("INI: open quote", refuses, readIni, "[web]\nweb1 a='1\n", {
  where: "hosts:2",
  given: "web1 a='1",
  expected: "a closing quote for each opening one",
  mend: "add the missing quote",
});
test("INI: bad range", refuses, readIni, "web[10:01]\n", {
  where: "hosts:1",
  given: 'the host range "web[10:01]"',
  expected: "a range from lower to higher, figures of equal width when zeros lead, such as web[01:10] or db-[a:c]",
  mend: "correct it",
});
test("INI: variables without a value", refuses, readIni, "[web]\nweb1\n[web:vars]\nport\n", {
  where: "hosts:4",
  given: "port",
  expected: "key=value",
  mend: "correct it",
});
test("INI: variables of an undefined group", refuses, readIni, "[web]\nweb1\n[wbe:vars]\na=1\n", {
  where: "hosts:3",
  given: 'variables of the group "wbe"',
  expected: "a group that the inventory defines",
  mend: 'write "web"',
});
test("INI: an undefined child", refuses, readIni, "[web]\nweb1\n[site:children]\nwebs\n", {
  where: "hosts:3",
  given: 'the child "webs" of the group "site"',
  expected: "a group that the inventory defines",
  mend: 'write "web"',
});
test("YAML: unknown name in a group", refuses, readYaml, "web:\n  host:\n    web1:\n", {
  where: "hosts:2",
  given: 'the unknown name "host" in the group "web"',
  expected: "one of hosts, vars, children",
  mend: 'write "hosts"',
});
test("YAML: a list of hosts", refuses, readYaml, "web:\n  hosts:\n    - web1\n", {
  where: "hosts:3",
  given: '["web1"]',
  expected: 'a mapping of hosts for the group "web", each with a colon behind',
  mend: "correct it",
});
test("YAML: no YAML", refuses, readYaml, "web:\n  hosts: [\n", {
  where: "hosts:3",
  given: "what can't be read as YAML",
  expected: "Flow sequence in block collection must be sufficiently indented and end with a ]",
  mend: "correct the YAML",
});

// A generated inventory, written in both ways.

type Value = string | number | boolean | string[];
interface Model {
  hosts: Record<string, { groups: string[]; variables: Record<string, Value> }>;
  groups: Record<string, { parent?: string; variables: Record<string, Value> }>;
}

const groupNames = ["g1", "g2", "g3", "g4"];
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }));
const variables = fc.dictionary(fc.stringMatching(/^v[a-z_]{0,6}$/), value, { maxKeys: 4 });
const model: fc.Arbitrary<Model> = fc.record({
  hosts: fc.dictionary(
    fc.stringMatching(/^h[a-z0-9.-]{0,8}$/),
    fc.record({ groups: fc.subarray(groupNames), variables }),
    { maxKeys: 5 },
  ),
  groups: fc.record(
    Object.fromEntries(
      groupNames.map((name, index) => [
        name,
        // A parent is an earlier group, so that there is no loop.
        fc.record({ parent: fc.option(fc.constantFrom(...groupNames.slice(0, index), undefined)), variables }),
      ]),
    ),
  ) as fc.Arbitrary<Model["groups"]>,
});

/** A Python literal. */
function literal(given: Value): string {
  if (typeof given === "boolean") return given ? "True" : "False";
  return Array.isArray(given) ? `[${given.map((each) => literal(each)).join(", ")}]` : JSON.stringify(given);
}
const shellQuoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`;

function asIni({ hosts, groups }: Model): string {
  const line = (name: string) =>
    [
      name,
      ...Object.entries(hosts[name]!.variables).map(([key, given]) => `${key}=${shellQuoted(literal(given))}`),
    ].join(" ");
  const within = (group: string) => Object.keys(hosts).filter((name) => hosts[name]!.groups.includes(group));
  const sections = Object.entries(groups).flatMap(([name, group]) => [
    `[${name}]`,
    ...within(name),
    `[${name}:vars]`,
    ...Object.entries(group.variables).map(([key, given]) => `${key}=${literal(given)}`),
    ...(group.parent ? [`[${group.parent}:children]`, name] : []),
  ]);
  return [...Object.keys(hosts).map(line), ...sections].join("\n");
}

function asYaml({ hosts, groups }: Model): string {
  const within = (group: string) =>
    Object.fromEntries(
      Object.keys(hosts).flatMap((name) => (hosts[name]!.groups.includes(group) ? [[name, null]] : [])),
    );
  const written = Object.entries(groups).map(([name, group]) => {
    const children = Object.keys(groups).filter((other) => groups[other]!.parent === name);
    return [
      name,
      {
        hosts: within(name),
        vars: group.variables,
        children: Object.fromEntries(children.map((child) => [child, null])),
      },
    ];
  });
  const all = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, host.variables]));
  return stringify({ all: { hosts: all, children: Object.fromEntries(written) } }, { version: "1.1" });
}

test("a generated inventory reads the same from INI and from YAML", (t) => {
  fc.assert(
    fc.property(model, (generated) => {
      const [ini, yaml] = [read(readIni, asIni(generated)), read(readYaml, asYaml(generated))];
      t.deepEqual(ini.problems, []);
      t.deepEqual(yaml.problems, []);
      t.deepEqual(ini.hosts, yaml.hosts);
      t.deepEqual(Object.keys(ini.hosts).toSorted(), Object.keys(generated.hosts).toSorted());
      for (const [name, { variables }] of Object.entries(generated.hosts)) {
        t.deepEqual({ ...ini.hosts[name]!.variables, ...variables }, ini.hosts[name]!.variables);
      }
    }),
    { numRuns: 200 },
  );
});
