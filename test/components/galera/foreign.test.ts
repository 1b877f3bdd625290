import test from "ava";
import { execa } from "execa";
import { clockScript } from "../../../components/galera/clock.ts";
import { runScript } from "./script.ts";

/**
 * What comes from Consul's store, a peer or a database may be anything. None of it is run, named as a file, or taken for
 * something that it is not. What the supervisor's program reads: see test/node/foreign/.
 */
const uuid = "6e1b1e0a-0000-11f0-9f5c-000000000001";
const evil = [
  "x[$(echo evil >> FOLDER/asked)]",
  "$(echo evil >> FOLDER/asked)",
  "a[0]",
  "@/etc/passwd",
  "*",
  "08",
  `${uuid}\nlock - - 0`,
  "-1 || 1",
  "%s%n",
  "",
  "x".repeat(100_000),
];

test("the clock script: what a peer, the own database or chrony says is a number, or nothing", async (t) => {
  for (const value of evil.filter((each) => each.length < 1_000)) {
    const { stdout, asked, exitCode } = await runScript({
      script: "galera/health",
      files: {
        "etc/clock": clockScript({ servers: ["198.18.1.53"], nodes: ["198.18.2.11"] }),
        "etc/value": value,
      },
      commands: {
        // The real script judges: this one only stands in a folder beside it.
        curl: `value=$(sed "s#FOLDER#$folder#g" $folder/etc/value; echo .); value=\${value%.}
          bash $folder/etc/clock /some.cnf "$value" 1 2 >&2; bash $folder/etc/clock /some.cnf 9999999999 1 2 >&2; printf "{}\\n200"`,
        mariadb: `sed "s#FOLDER#$folder#g" $folder/etc/value`,
        chronyc: `printf 'a,b,c,d,%s,Normal\\n' "$(sed "s#FOLDER#$folder#g" $folder/etc/value)"`,
        chronyd: `echo "wrong by $(sed "s#FOLDER#$folder#g" $folder/etc/value) seconds"`,
        hostname: "echo 198.18.1.11",
      },
    });
    t.is(exitCode, 0, stdout);
    t.deepEqual(asked, [], value);
  }
});

test("the clock script names no file and runs nothing by itself", async (t) => {
  const { stdout } = await execa("bash", ["-n"], { input: clockScript({ nodes: ["198.18.2.11"] }) });
  t.is(stdout, "");
});
