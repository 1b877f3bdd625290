import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { imageFolder } from "../../../images/index.ts";

const script = join(imageFolder("bind"), "health");

/** Says what BIND would: a status by the name's first label, and an address for the database's. */
const dig = `#!/bin/sh
case $2 in
silent.*) echo ';; communications error to 127.0.0.1#53: timed out'; exit 9 ;;
lost.*) status=SERVFAIL ;;
unknown.*) status=NXDOMAIN ;;
*) status=NOERROR ;;
esac
echo ";; ->>HEADER<<- opcode: QUERY, status: $status, id: 1"
case $2 in
*.consul) printf '%s 0 IN A 198.18.2.11\\n%s 0 IN A 198.18.1.11\\n' "$2" "$2" ;;
esac
`;

test("names of the outer world are told where they are not found, and make no server unfit", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-bind-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "dig"), dig);
  chmodSync(join(folder, "dig"), 0o755);
  const health = async (probe: string, lookups?: string[]) => {
    writeFileSync(join(folder, "probe"), `${probe}\n`);
    writeFileSync(join(folder, "lookups"), (lookups ?? []).map((name) => `${name}\n`).join(""));
    const run = await execa("sh", [script, folder], { env: { PATH: `${folder}:${process.env.PATH}` }, reject: false });
    return { code: run.exitCode, ...JSON.parse(run.stdout) };
  };
  const fine = {
    code: 0,
    state: "answering",
    detail: "db.consul is 198.18.1.11, 198.18.2.11",
    answers: ["198.18.1.11", "198.18.2.11"],
  };
  t.deepEqual(await health("db.consul"), fine);
  t.deepEqual(await health("db.consul", ["pager.corp.internal"]), { ...fine, unresolved: [] });
  t.deepEqual(
    await health("db.consul", ["unknown.example", "pager.corp.internal", "silent.example", "lost.corp.internal"]),
    {
      ...fine,
      unresolved: ["lost.corp.internal (SERVFAIL)", "silent.example (no answer)", "unknown.example (NXDOMAIN)"],
    },
  );
  t.deepEqual(await health("silent.consul", ["lost.example"]), {
    code: 1,
    state: "not answering",
    detail: "no answer",
    answers: [],
  });
});
