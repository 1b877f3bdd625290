import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { execa } from "execa";
import { dockerAt } from "../../hosts/endpoint.ts";
import { openPulse } from "../../hosts/pulse.ts";
import { openForward, runOn, whyNotForwarded } from "../../hosts/ssh.ts";
import { type LightBed, lightBed } from "./light.ts";

const NAME = "sshcases";
const domains = [
  { name: "near", subnet: "198.19.106.0/24" },
  { name: "far", subnet: "198.19.107.0/24" },
];
/** One with an address and sshd's usual port; one by a name that only ssh knows, at another port. */
const near = "ssh://trivet@198.19.106.11";
const far = "ssh://operator@box.example:2222";
const hosts = [
  { name: "a", domain: "near", address: "198.19.106.11", endpoint: near },
  { name: "b", domain: "far", address: "198.19.107.11", endpoint: far },
];

let bed: LightBed;
let config: string;
test.before(async () => {
  const ssh = [{ name: "SSH", protocol: "tcp" as const, port: 2222, from: ["a"], to: ["b"] }];
  bed = await lightBed(NAME, { domains, hosts }, ssh);
  config = join(bed.folder, "ssh_config");
});
test.after.always(() => bed?.down());

/** Puts entries before those of the bed. */
function withEntries(text: string): void {
  writeFileSync(config, `${text}\n${readFileSync(config, "utf8")}`);
}

test.serial("a key file, a name that only ssh knows, a port of its own: programs and Docker", async (t) => {
  for (const [endpoint, name, user] of [
    [near, "a", "trivet"],
    [far, "b", "operator"],
  ] as const) {
    t.is((await runOn(endpoint, ["sh", "-c", "hostname; id -un"])).stdout, `${name}\n${user}\n`);
    t.is((await dockerAt(endpoint).info()).Name, name);
  }
});

/** The first line that a stream brings; what it took, in milliseconds. */
async function greeting(path: string): Promise<{ line: string; took: number }> {
  const began = performance.now();
  const stream = connect(path);
  const [first] = await once(stream, "data", { signal: AbortSignal.timeout(10_000) });
  stream.destroy();
  return { line: String(first), took: performance.now() - began };
}

test.serial("streams to a port that a host reaches, beside as many programs as its sshd allows", async (t) => {
  const forward = await openForward(near, { address: "198.19.107.11", port: 2222 });
  const pulse = openPulse(near);
  t.true((await pulse.beat(10_000))! > 0);
  // One session is the connection's own: ten in all, which is MaxSessions.
  const programs = Array.from({ length: 8 }, () => runOn(near, ["sleep", "3"]));
  await setTimeout(1_000);
  const streams = await Promise.all(Array.from({ length: 8 }, () => greeting(forward.path)));
  for (const { line } of streams) t.regex(line, /^SSH-2\.0-/);
  const beat = (await pulse.beat(10_000))!;
  for (const { code } of await Promise.all(programs)) t.is(code, 0);
  const one = await greeting(forward.path);
  t.log(`an answer by the connection: ${beat.toFixed(1)} ms; a stream and its first answer: ${one.took.toFixed(1)} ms`);
  await forward.close();
  pulse.close();
});

test.serial("why a host can't connect to a port", async (t) => {
  t.is(await whyNotForwarded(near, { address: "198.19.107.11", port: 2222 }, 10_000), undefined);
  t.regex((await whyNotForwarded(near, { address: "198.19.106.11", port: 1 }, 10_000))!, /Connection refused/);
  t.is(await whyNotForwarded(near, { address: "198.19.107.11", port: 80 }, 2_000), "no answer in 2 s");
});

test.serial("a key that the host does not take", async (t) => {
  const stranger = join(bed.folder, "stranger");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger]);
  withEntries(`Host stranger
  HostName 198.19.106.11
  HostKeyAlias 198.19.106.11
  User trivet
  IdentityFile "${stranger}"
  IdentitiesOnly yes
  UserKnownHostsFile "${bed.folder}/known_hosts"
  ProxyCommand docker exec -i ${bed.router} nc -N %h %p`);
  const refused = {
    message: /^stranger: it accepts none of this user's keys\. .*ssh-copy-id stranger.*Permission denied/s,
  };
  await t.throwsAsync(runOn("ssh://stranger", ["true"]), refused);
  await t.throwsAsync(dockerAt("ssh://stranger").ping(), refused);
});
