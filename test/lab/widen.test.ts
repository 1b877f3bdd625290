// The script by itself; on a router: test/containers/router.test.ts.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { firewallRules } from "../../lab/firewall.ts";

const script = join(import.meta.dirname, "../../lab/widen");
const places = [1, 2, 3].map((n) => ({ name: `db${n}`, domain: `fd${n}`, address: `198.18.${n}.11` }));
const rulesFor = (...names: string[]) =>
  firewallRules([{ name: "Database", protocol: "tcp", port: 3306, from: names, to: names }], places);
const [none, two, all] = [rulesFor(), rulesFor("db1", "db2"), rulesFor("db1", "db2", "db3")];

/** A router that takes rules unless they say so, and keeps what it was given. */
function router(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), "trivet-widen-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  for (const name of ["bin", "former"]) mkdirSync(path(name));
  writeFileSync(
    path("bin/iptables-restore"),
    `#!/bin/sh\ngrep -q refuse "$1" && exit 2\ncat "$1" > ${path("taken")}\n`,
  );
  chmodSync(path("bin/iptables-restore"), 0o755);
  return {
    put: (name: "rules" | "loaded/rules" | "former/rules", text: string) => {
      mkdirSync(path("loaded"), { recursive: true });
      writeFileSync(path(name), text);
    },
    widen: async (rules: string) => {
      writeFileSync(path("rules"), rules);
      const env = { PATH: `${path("bin")}:/usr/bin:/bin`, TRIVET_FORMER: path("former") };
      const { exitCode } = await execa("sh", [script, path("rules"), path("loaded/rules")], { env, reject: false });
      return exitCode;
    },
    taken: () => readFileSync(path("taken"), "utf8"),
    loaded: () => existsSync(path("loaded/rules")) && readFileSync(path("loaded/rules"), "utf8"),
  };
}

const flows = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.includes("--dport"))
    .toSorted();

test("a router that has loaded nothing loads what it is given", async (t) => {
  const { widen, taken, loaded } = router(t);
  t.is(await widen(all), 0);
  t.is(taken(), all);
  t.is(loaded(), all);
});

test("what was let through still is, after what is new; once more changes nothing", async (t) => {
  const { put, widen, taken, loaded } = router(t);
  put("loaded/rules", all);
  await widen(two);
  t.deepEqual(
    flows(taken()),
    [...flows(two), ...flows(all)].toSorted().filter((line, at, lines) => line !== lines[at - 1]),
  );
  t.true(taken().startsWith(two.slice(0, two.indexOf("COMMIT"))));
  t.true(taken().endsWith("\nCOMMIT\n"));
  const once = taken();
  t.is(loaded(), once);
  await widen(two);
  t.is(taken(), once);
  await widen(none);
  t.deepEqual(
    flows(taken()),
    flows(once),
    "without any flow there is an empty line in place of them, which is no rule",
  );
});

test("a router made anew starts from what the one before was given", async (t) => {
  const { put, widen, taken } = router(t);
  put("former/rules", all);
  await widen(two);
  t.true(flows(all).every((line) => taken().includes(line)));
});

test("what iptables refuses is not what a restart would load", async (t) => {
  const { put, widen, loaded } = router(t);
  put("loaded/rules", all);
  t.not(await widen(two.replace("Database", "refuse")), 0);
  t.is(loaded(), all);
});
