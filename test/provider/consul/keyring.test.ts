import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { retireKeys, spreadKey } from "../../../provider/consul/keyring.ts";

/**
 * The keyring of a cluster of 5 agents, as Consul 1.8 tells and changes it: a file for each key holds how many agents have it,
 * `primary` which one they use. `deaf` agents do not take a new one.
 */
const curl = `#!/bin/bash
cd "$(dirname "$0")"
method=GET
while [ $# -gt 0 ]; do
  case $1 in -X) method=$2; shift ;; --data-binary) if [ "$2" = @- ]; then data=$(cat); else data=$(cat "\${2#@}"); fi; shift ;; esac
  shift
done
key=$(jq -r .Key <<< "\${data:-null}" 2> /dev/null)
echo "$method $key" >> asked
case $method in
GET) keys=$(cd keys; for k in *; do jq -n --arg k "$k" --argjson n "$(cat "$k")" '{($k): $n}'; done | jq -s add); jq -n --argjson keys "$keys" '[{WAN: false, Keys: $keys, NumNodes: 5}]' ;;
POST) echo $((5 - $(cat deaf))) > "keys/$key" ;;
PUT) [ -e "keys/$key" ] && echo "$key" > primary ;;
DELETE) if [ "$(cat primary)" = "$key" ]; then echo "removing the primary key is not allowed" >&2; exit 22; fi; rm "keys/$key" ;;
esac`;

async function cluster(keys: string[], deaf = 0) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-keyring-"));
  await execa("mkdir", [join(folder, "keys")]);
  for (const key of keys) await writeFile(join(folder, "keys", key), "5\n");
  await writeFile(join(folder, "primary"), `${keys[0]}\n`);
  await writeFile(join(folder, "deaf"), String(deaf));
  await writeFile(join(folder, "curl"), curl);
  await chmod(join(folder, "curl"), 0o755);
  await writeFile(join(folder, "new.json"), JSON.stringify({ Key: "new=" }));
  return {
    run: (script: string) =>
      execa("bash", ["-c", script, "bash", join(folder, "new.json")], {
        env: { PATH: `${folder}:${process.env.PATH}` },
        reject: false,
      }),
    keys: async () => (await readdir(join(folder, "keys"))).sort(),
    primary: async () => (await readFile(join(folder, "primary"), "utf8")).trim(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("all have both keys before one is used, and one in the end", async (t) => {
  await using all = await cluster(["old="]);
  t.is((await all.run(spreadKey)).exitCode, 0);
  t.deepEqual([await all.keys(), await all.primary()], [["new=", "old="], "new="]);
  t.is((await all.run(spreadKey)).exitCode, 0, "a second time changes nothing");
  const { exitCode, stdout, stderr } = await all.run(retireKeys);
  t.is(exitCode, 0, stdout + stderr);
  t.deepEqual([await all.keys(), await all.primary()], [["new="], "new="]);
  t.is((await all.run(retireKeys)).exitCode, 0);
});

test("an agent that did not take the new key: it is not used, nor is the former one removed", async (t) => {
  await using all = await cluster(["old="], 1);
  const { exitCode, stdout } = await all.run(spreadKey);
  t.deepEqual([exitCode, stdout], [1, "not every agent took the new key"]);
  t.is(await all.primary(), "old=");
  t.is((await all.run(retireKeys)).exitCode, 1);
  t.deepEqual(await all.keys(), ["new=", "old="]);
});

test("an agent that does not answer", async (t) => {
  await using all = await cluster(["old="]);
  const { exitCode } = await all.run(
    spreadKey.replace("127.0.0.1:8500", "127.0.0.1:1").replaceAll("curl -sS", "false"),
  );
  t.not(exitCode, 0);
  t.deepEqual([await all.keys(), await all.primary()], [["old="], "old="]);
});
