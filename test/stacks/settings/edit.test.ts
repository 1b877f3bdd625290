// One change of a settings file leaves every other letter of it alone.
import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import fc from "fast-check";
import { parse } from "yaml";
import { UserError } from "../../../core/errors.ts";
import { getIn, removeIn, setIn } from "../../../stacks/settings/edit.ts";
import { settingsOf } from "../../../stacks/settings/file.ts";

const text = `# Head of the file.
config:
  # Whose clusters.
  trivet:database: # beside
    cluster: "shop"   # three blanks

    gcacheSize: 1G
  trivet:hosts:
    # The first.
    - { name: db1, roles: [database] } # flow
    - name: db2
      roles:
      - time
  trivet:lab: {}

  trivet:web:
  trivet:dns: {upstream: [10.0.0.1,  10.0.0.2]}
# Foot of the file.
`;

const lines = (before: string, after: string) => ({
  gone: before.split("\n").filter((line) => !after.split("\n").includes(line)),
  come: after.split("\n").filter((line) => !before.split("\n").includes(line)),
});

const sets = test.macro({
  title: (title) => title!,
  exec(t, path: (string | number)[], value: unknown, gone: string[], come: string[]) {
    const after = setIn(text, ["config", ...path], value);
    t.deepEqual(lines(text, after), { gone, come });
    t.deepEqual(getIn(after, ["config", ...path]), value);
  },
});
test(
  "a text keeps what stands beside it",
  sets,
  ["trivet:database", "cluster"],
  "other",
  ['    cluster: "shop"   # three blanks'],
  ["    cluster: other   # three blanks"],
);
test("a name that was not there", sets, ["trivet:database", "joinTimeout"], "5m", [], ["    joinTimeout: 5m"]);
test(
  "a secret as the Pulumi CLI writes one",
  sets,
  ["trivet:webPassword"],
  { secure: "v1:a/+=:b==" },
  [],
  ["  trivet:webPassword:", "    secure: v1:a/+=:b=="],
);
test(
  "within brackets",
  sets,
  ["trivet:hosts", 0, "roles", 1],
  "time",
  ["    - { name: db1, roles: [database] } # flow"],
  ["    - { name: db1, roles: [database, time] } # flow"],
);
test("one more in a list", sets, ["trivet:hosts", 2], { name: "db3" }, [], ["    - name: db3"]);
test("one more in a list that is not indented", sets, ["trivet:hosts", 1, "roles", 1], "web", [], ["      - web"]);
test(
  "into empty brackets",
  sets,
  ["trivet:lab", "targets"],
  ["a"],
  ["  trivet:lab: {}"],
  ["  trivet:lab: { targets: [ a ] }"],
);
test("behind a name without anything", sets, ["trivet:web", "port"], 80, [], ["    port: 80"]);
test("a text that looks like a number stays a text", sets, ["trivet:web", "user"], "007", [], ['    user: "007"']);
test(
  "a whole list",
  sets,
  ["trivet:dns", "upstream"],
  ["::1"],
  ["  trivet:dns: {upstream: [10.0.0.1,  10.0.0.2]}"],
  ["  trivet:dns: {upstream: [ ::1 ]}"],
);

test("a name of the file itself goes to its end", (t) => {
  t.deepEqual(lines(text, setIn(text, ["encryptionsalt"], "v1:x")), { gone: [], come: ["encryptionsalt: v1:x"] });
});

test("what is removed goes with its line, and what is empty then", (t) => {
  const removed = (...path: (string | number)[]) => lines(text, removeIn(text, ["config", ...path]));
  t.deepEqual(removed("trivet:database", "gcacheSize"), { gone: ["    gcacheSize: 1G"], come: [] });
  t.deepEqual(removed("trivet:hosts", 0), { gone: ["    - { name: db1, roles: [database] } # flow"], come: [] });
  t.deepEqual(removed("trivet:dns", "upstream", 0), {
    gone: ["  trivet:dns: {upstream: [10.0.0.1,  10.0.0.2]}"],
    come: ["  trivet:dns: {upstream: [10.0.0.2]}"],
  });
  t.deepEqual(removed("trivet:dns", "upstream"), {
    gone: ["  trivet:dns: {upstream: [10.0.0.1,  10.0.0.2]}"],
    come: [],
  });
});

test("what others refer to, and what is no mapping, is left to the user", (t) => {
  const anchored = "config:\n  trivet:a: &x {b: 1}\n  trivet:c: *x\n";
  for (const path of [["trivet:a", "b"], ["trivet:c", "b"], ["trivet:a"]]) {
    t.throws(() => setIn(anchored, ["config", ...path], 2), { message: /an anchor, an alias/ });
  }
  t.is(setIn(anchored, ["config", "trivet:d"], 2), `${anchored}  trivet:d: 2\n`);
  t.throws(() => setIn("config:\n  trivet:a: 1\n", ["config", "trivet:a", "b"], 2), {
    message: /a merge key or a value is in its way/,
  });
  t.throws(() => setIn("config: [", ["config", "trivet:a"], 2), { message: /It is no YAML/ });
});

test("a file that is no YAML is told without its lines, which may be a password's", (t) => {
  for (const line of ["[kQ9]xyzzy", '"kQ9', "*kQ9", "{kQ9: xyzzy", "%kQ9", "&kQ9 *kQ9x", "`kQ9"]) {
    const { message } = t.throws(() => settingsOf("/x/Pulumi.dev.yaml", `config:\n  trivet:webPassword: ${line}\n`), {
      instanceOf: UserError,
    })!;
    t.notRegex(message, /kQ9|xyzzy/);
    t.regex(message, /^\/x\/Pulumi\.dev\.yaml: .*[a-z]/);
  }
});

const folder = new URL("../../../stacks/", import.meta.url);
const shipped = readdirSync(folder).filter((file) => /^Pulumi\..*\.yaml$/.test(file));

/** Every path of a value. */
function paths(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [at];
  const below = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(at.length > 1 ? [at] : []), ...below.flatMap(([key, item]) => paths(item, [...at, key]))];
}

for (const file of shipped) {
  test(`${file}: any value at any place, and nothing else is another one`, (t) => {
    const before = readFileSync(new URL(file, folder), "utf8");
    const places = paths(parse(before));
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.string()),
      fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { noNullPrototype: true }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), value, (path, put) => {
        const after = setIn(before, path, put);
        const wanted = parse(before);
        let place = wanted;
        for (const part of path.slice(0, -1)) place = place[part];
        place[path.at(-1)!] = put;
        t.deepEqual(parse(after), wanted);
        t.is(after.split("#").length >= before.split("#").length, true, "comments stay");
      }),
      { numRuns: 150, seed: 17 },
    );
  });
}
