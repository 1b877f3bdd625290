import fc from "fast-check";
import type { Files } from "./compare.ts";

/** Random inventories: the same ones for the same seed. */
export const randomInventories = (seed: number, count: number): Files[] =>
  fc.sample(inventory, { seed, numRuns: count });

const groups = ["g1", "g2", "g3", "g4", "g5", "web-servers", "Größe", "Paris_1"];
const hosts = ["h1", "h2", "h3", "db.example", "H_up", "10.0.0.1", "hö", "sw_1", "g1"];
const patterns = [
  ...hosts,
  ...["h[1:3]", "h[01:03].x", "r[1:2]n[a:b]", "n[1:6:2]", "[1:2].rack.x", "[2001:db8::7]:2222", "2001:db8::8"],
  ...["h1:2222", "h2:22", "w[1:2]:81", "10.0.0.[1:3]:23", "a_:22", "x[a:c:2]-[1:2].y", "H[A:C]", "sw_[1:2]"],
];
const names = ["v1", "v2", "v3", "v4", "ansible_host", "ansible_port", "ansible_ssh_host", "trivet_domain"];

/** After `=` in a section of variables. */
const iniValues = [
  ...["5", "-5", "1.50", ".5", "1e3", "0x1f", "0o17", "007", "1_000", "True", "False", "None", "yes", "true", "null"],
  ...[
    "a b",
    "a # c",
    "5 # c",
    "'a b'",
    '"a"',
    "'it''s'",
    "[1, 'x']",
    "['a', \"b\",]",
    "(1, 2)",
    "(1)",
    "1, 2",
    "{'a': 1}",
  ],
  ...[
    "{'a': [1, (2, None)], 2: 3, None: 4, True: 5}",
    "{1}",
    "a=b",
    "http://x:80/",
    "",
    "...",
    "b'x'",
    "r'\\d'",
    "'\\x41\\u00e9\\d'",
  ],
  ...[
    "{{ v1 }}",
    "[1",
    "'open",
    "x'y'",
    "10.0.0.1",
    "- 5",
    "+5",
    "1+2",
    "u'x'",
    "'''a'b'''",
    "[]",
    "{}",
    "()",
    "a;b",
    "é",
  ],
];
/** A word after a host. */
const wordValues = [
  ...[
    "5",
    "yes",
    "True",
    "'a b'",
    '"a b"',
    '"[1, 2]"',
    "\"['a', 'b']\"",
    "a\\ b",
    '"a \\"q\\" b"',
    "x#y",
    "007",
    "1.5",
    "''",
  ],
  ...[
    "\"{'a': 1}\"",
    "a=b",
    "'\"5\"'",
    "\"'5'\"",
    "[1,2]",
    '"a\\b"',
    "10.0.0.1",
    "é",
    "None",
    '"{{ v1 }}"',
    "x'y z'w",
    "\\'",
  ],
];
const yamlValues = [
  ...[
    "5",
    "-5",
    "+5",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Yes",
    "YES",
    "yEs",
    "true",
    "True",
    "~",
    "null",
    "Null",
    "nULL",
    "",
  ],
  ...[
    "017",
    "0o17",
    "08",
    "0b11",
    "0x1F",
    "1_000",
    "1e3",
    "1.0e+3",
    "1.0e3",
    ".5",
    "5.",
    "1.50",
    "12:30:45",
    "190:20",
    "1:2.5",
  ],
  ...[
    "2001-12-14",
    "1.2.3",
    "'yes'",
    '"5"',
    '"a\\tb"',
    "a b",
    "[a, 5, yes]",
    "{a: 1, b: [x]}",
    "[]",
    "{}",
    "a # c",
    "a#c",
  ],
  ...[
    "!unsafe 'x{{'",
    "'{{ v1 }}'",
    "é",
    "http://x:80/",
    "-0",
    "00",
    "0",
    "1_0.5",
    "'it''s'",
    "- a",
    "!!str 5",
    "a: b",
  ].filter((text) => !["- a", "a: b"].includes(text)),
];
const jsonValues = [
  "5",
  "1.5",
  "1e3",
  "true",
  "null",
  '"yes"',
  '"a"',
  '[1, "x"]',
  '{"a": {"b": null}}',
  '"\\u00e9"',
  "-0.5",
];

const some = (list: readonly string[], minLength = 0, maxLength = 3) =>
  fc.array(fc.constantFrom(...list), { minLength, maxLength });
const pick = (list: readonly string[]) => fc.constantFrom(...list);
const group = pick(groups);
const gap = fc.constantFrom("", "", "", "\n", "# a comment\n", "; another\n", "  \n");

// INI

const assignment = (values: readonly string[], separators: readonly string[]) =>
  fc.tuple(pick(names), pick(separators), pick(values)).map((parts) => parts.join(""));
const hostLine = fc
  .tuple(pick(patterns), fc.array(assignment(wordValues, ["="]), { maxLength: 3 }), pick(["", "", "", " # a comment"]))
  .map(([pattern, variables, comment]) => `${[pattern, ...variables].join(" ")}${comment}`);
const hostSection = fc
  .tuple(group, fc.array(hostLine, { maxLength: 4 }))
  .map(([name, lines]) => [`[${name}]`, ...lines]);
const priority = fc.integer({ min: -1, max: 12 }).map((value) => `ansible_group_priority=${value}`);
const variable = assignment(iniValues, ["=", " = ", "= "]);
const varsSection = fc
  .tuple(
    pick([...groups, "all", "ungrouped"]),
    fc.array(fc.oneof({ weight: 6, arbitrary: variable }, priority), { maxLength: 4 }),
  )
  .map(([name, lines]) => [`[${name}:vars]`, ...lines]);
const childSection = fc
  .tuple(fc.nat(groups.length - 2), fc.array(fc.nat(groups.length - 1), { maxLength: 3 }))
  // A child is a later group, so that there is no loop; rarely there is.
  .map(([parent, children]) => [
    `[${groups[parent]}:children]`,
    ...children.filter((child) => child > parent || (child === 3 && parent === 5)).map((child) => groups[child]!),
  ]);
const ini = fc
  .tuple(
    fc.array(hostLine, { maxLength: 2 }),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: hostSection },
        { weight: 3, arbitrary: varsSection },
        { weight: 3, arbitrary: childSection },
      ),
      { maxLength: 8 },
    ),
    fc.array(gap, { minLength: 8, maxLength: 8 }),
    fc.nat(11),
  )
  .map(([lone, sections, gaps, odd]) => {
    const lines = [...lone, ...sections.flatMap((section, index) => [gaps[index] ?? "", ...section])];
    // Rarely a group stays undefined, which both refuse.
    const all = odd === 0 ? [] : groups.map((name) => `[${name}]`);
    return `${[...lines, ...all].join(odd === 1 ? "\r\n" : "\n")}\n`;
  });

// YAML

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "  ");
const entry = fc.tuple(pick(names), pick(yamlValues)).map(([name, value]) => `${name}: ${value}`.trimEnd());
const mapping = fc.tuple(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat(7)).map(([lines, odd]) => {
  if (odd === 0) return [...lines, "<<: {v1: merged, v9: merged}"].join("\n");
  if (odd === 1) return ["<<: [{v1: first}, {v1: second, v8: second}]", ...lines].join("\n");
  return lines.join("\n");
});
const block = (name: string, text: string) => (text === "" ? `${name}:` : `${name}:\n${indent(text)}`);
const yamlHosts = fc
  .array(fc.tuple(pick(patterns), fc.option(mapping)), { minLength: 1, maxLength: 3 })
  .map((list) => list.map(([pattern, variables]) => block(JSON.stringify(pattern), variables ?? "")).join("\n"));
const yamlVars = fc
  .tuple(mapping, fc.option(fc.integer({ min: 0, max: 12 })))
  .map(([text, level]) => (level === null ? text : `${text}\nansible_group_priority: ${level}`));
const yamlGroup = (first: number, depth: number): fc.Arbitrary<string> =>
  fc
    .record({
      hosts: fc.option(
        fc.oneof({ weight: 5, arbitrary: yamlHosts.map((text) => block("hosts", text)) }, fc.constant("hosts: h1")),
      ),
      vars: fc.option(yamlVars.map((text) => block("vars", text))),
      children:
        depth === 0 || first >= groups.length
          ? fc.constant(null)
          : fc.option(yamlGroups(first, depth - 1).map((text) => block("children", text))),
      other: pick(["", "", "", "", "note: {a: b}"]),
      order: fc.boolean(),
    })
    .map(({ hosts: own, vars, children, other, order }) => {
      const parts = [own, vars, children, other].filter(Boolean);
      return (order ? parts : parts.toReversed()).join("\n");
    });
const yamlGroups = (first: number, depth: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.integer({ min: first, max: groups.length - 1 }), { minLength: 1, maxLength: 3 })
    .chain((indexes) =>
      fc
        .tuple(...indexes.map((index) => yamlGroup(index + 1, depth)))
        .map((texts) => texts.map((text, at) => block(groups[indexes[at]!]!, text)).join("\n")),
    );
const yaml = fc
  .tuple(yamlGroups(0, 2), fc.option(yamlGroup(0, 2)), pick(["", "---\n", "# a comment\n---\n"]))
  .map(([text, all, head]) => `${head}${all === null ? text : block("all", all)}\n`);

// JSON, of `--list`

const jsonVariables = fc
  .array(fc.tuple(pick(names), pick(jsonValues)), { maxLength: 3 })
  .map((list) => Object.fromEntries(list.map(([name, value]) => [name, JSON.parse(value)])));
const printed = fc
  .tuple(
    fc.dictionary(group, fc.record({ hosts: some(hosts), vars: jsonVariables }, { requiredKeys: ["hosts"] }), {
      minKeys: 1,
      maxKeys: 4,
    }),
    fc.dictionary(pick(hosts), jsonVariables, { maxKeys: 4 }),
    some(["Größe", "Paris_1"]),
  )
  .map(([listed, hostvars, children]) =>
    JSON.stringify({ ...listed, all: { children }, _meta: { hostvars } }, null, 1),
  );

// Files of variables

const varsText = fc.oneof(
  { weight: 6, arbitrary: mapping.map((text) => `---\n${text}\n`) },
  { weight: 2, arbitrary: jsonVariables.map((value) => JSON.stringify(value, null, 2)) },
  { weight: 1, arbitrary: pick(["", "---\n", "# nothing\n", "v1: 1\nv1: 2\n"]) },
);
const varsFile = (list: readonly string[], kind: string): fc.Arbitrary<Files["files"]> =>
  fc
    .tuple(
      pick(list),
      pick([
        "",
        ".yml",
        ".yaml",
        ".json",
        ".yml.j2",
        ".bak",
        "/a.yml",
        "/b",
        "/sub/c.yaml",
        "/.hidden",
        "/d~",
        "/e.txt",
        "/f.md",
        "/s.d/g.yml",
      ]),
      varsText,
      fc.nat(9),
    )
    .map(([name, ending, text, odd]) => {
      const path = `${kind}/${name}${ending}`;
      if (odd > 0) return { [path]: text };
      const up = "../".repeat(path.split("/").length - 1);
      return { [path]: { link: `${up}.shared/${name}` }, [`.shared/${name}`]: text };
    });
const varsFiles = fc
  .array(
    fc.oneof(
      varsFile([...groups, "all", "ungrouped"], "group_vars"),
      varsFile([...hosts, "h01.x", "r1na"], "host_vars"),
    ),
    { maxLength: 6 },
  )
  .map((list) => {
    const files: Files["files"] = {};
    // Where one stands for a file and another one for a folder of that name, the first one stays.
    for (const each of list) {
      const paths = [...Object.keys(files), ...Object.keys(each)];
      const clash = Object.keys(each).some((path) =>
        paths.some((other) => other !== path && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`))),
      );
      if (!clash) Object.assign(files, each);
    }
    return files;
  });

// Inventories

const source: fc.Arbitrary<{ name: string; files: Files["files"] }> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(pick(["hosts", "hosts.ini", "inventory.prod"]), ini).map(([name, text]) => file(name, text)),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(pick(["site", "site.yml", "site.yaml"]), yaml).map(([name, text]) => file(name, text)),
  },
  { weight: 1, arbitrary: printed.map((text) => ({ name: "list.json", files: { "list.json": { printed: text } } })) },
  {
    weight: 3,
    arbitrary: fc
      .record({ first: ini, second: yaml, third: ini, variables: varsFiles, order: fc.boolean() })
      .map(({ first, second, third, variables, order }) => ({
        name: "",
        files: {
          [order ? "01-a" : "20-a"]: first,
          "10-b.yml": second,
          "sub/c.ini": third,
          "old.bak": "[broken",
          "README.md": "# no: inventory\n",
          ".hidden": "[broken",
          ...variables,
        },
      })),
  },
);
const file = (name: string, text: string) => ({ name, files: { [name]: text } });

const inventory: fc.Arbitrary<Files> = fc
  .array(fc.tuple(source, pick(["", "", "a/", "b/"]), varsFiles), { minLength: 1, maxLength: 3 })
  .map((list) => {
    const files: Files["files"] = {};
    const sources: string[] = [];
    for (const [index, [{ name, files: own }, place, variables]] of list.entries()) {
      // A folder as an inventory has a place of its own.
      const folder = name === "" ? `folder${index}/` : place;
      sources.push(name === "" ? folder.slice(0, -1) : `${folder}${name}`);
      for (const [path, text] of Object.entries({ ...(name === "" ? {} : variables), ...own })) {
        const full = `${folder}${path}`;
        const clash = Object.keys(files).some((other) => other.startsWith(`${full}/`) || full.startsWith(`${other}/`));
        if (!clash) files[full] ??= text;
      }
    }
    return { files, sources: [...new Set(sources)] };
  });
