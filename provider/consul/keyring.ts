import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import tar from "tar-stream";
import { z } from "zod";
import type { GossipKeyInputs, KeyInUse } from "../../components/consul/keyring.ts";
import type { ContainerAddress } from "../../hosts/address.ts";
import { exec } from "../../hosts/exec.ts";
import { reach } from "../../hosts/reach.ts";
import { containerAddress, type Kind } from "../kind.ts";

/**
 * Change the gossip key of a running cluster. Consul takes `encrypt` only where its volume holds no keyring yet, so a new key in
 * the configuration alone changes nothing. Both scripts run in the container of one agent and speak for all; `$1` is a file with
 * `{"Key": "<the new key>"}`. Keys are never part of a command line.
 */
const common = `set -euo pipefail
keyring=http://127.0.0.1:8500/v1/operator/keyring
# On a loaded machine an agent may answer too late, and all of it fails with 500: each step may be repeated.
ask() { curl -sS -f --max-time 20 --retry 5 --retry-delay 2 "$@"; }
# Pools: all agents, and once more the servers.
on_all() { ask "$keyring" | jq -e --slurpfile new "$1" 'length > 0 and all(.[]; .NumNodes > 0 and .Keys[$new[0].Key] == .NumNodes)' > /dev/null; }
`;

/** All agents know the new key, and then all use it; they still read what comes by the former one. */
export const spreadKey = `${common}
ask -X POST --data-binary "@$1" "$keyring"
on_all "$1" || { echo "not every agent took the new key"; exit 1; }
ask -X PUT --data-binary "@$1" "$keyring"
`;

/** All agents forget every other key. */
export const retireKeys = `${common}
on_all "$1" || { echo "not every agent has the new key"; exit 1; }
ask "$keyring" | jq -c --slurpfile new "$1" '[.[].Keys | keys[]] | unique[] | select(. != $new[0].Key) | {Key: .}' | while read -r former; do
  printf %s "$former" | ask -X DELETE --data-binary @- "$keyring"
done
ask "$keyring" | jq -e 'all(.[]; .Keys | length == 1)' > /dev/null || { echo "former keys are still there"; exit 1; }
`;

/** Exit code 0: the agent's own configuration has this key, so the cluster was made with it. */
const configured = `jq -e --slurpfile new "$1" '.encrypt == $new[0].Key' /etc/trivet/consul/agent.json > /dev/null`;

/** Milliseconds in which a Docker daemon has to take a file. */
const ANSWER = 30_000;
/** Milliseconds for a script: up to four questions, each asked six times for 20 s at most. */
const SCRIPT = 10 * 60_000;

/** Runs a script with the key in the container; undefined when it does not run. */
async function within(agent: ContainerAddress, script: string, key: string) {
  const path = `/run/trivet-key-${randomUUID()}`;
  const archive = tar.pack();
  archive.entry({ name: path, mode: 0o600 }, JSON.stringify({ Key: key }));
  archive.finalize();
  try {
    await reach(agent, { within: ANSWER }, (container) => container.putArchive(Readable.from(archive), { path: "/" }));
    return await exec(agent, ["bash", "-c", `trap 'rm -f "$1"' EXIT\n${script}`, "bash", path], SCRIPT);
  } catch (error) {
    // 404 there is none, 409 it stands still.
    if ([404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) return undefined;
    throw error;
  }
}

/** By the first agent that can. */
async function byAny({ agents, key }: KeyInUse, script: string, what: string): Promise<void> {
  const failures: string[] = [];
  for (const agent of agents) {
    const result = await within(agent, script, key);
    if (result?.code === 0) return;
    if (result) failures.push(`${agent.container}: ${result.output}`);
  }
  if (failures.length === 0) return;
  throw new Error(
    `${what} Expected every Consul agent that runs to take part; make all of them healthy (trivet status <environment>), and run up again. ${failures.join("; ")}`,
  );
}

const spread = (inputs: KeyInUse) =>
  byAny(inputs, spreadKey, "The gossip key was not changed, and no container was replaced.");
const retire = (inputs: KeyInUse) => byAny(inputs, retireKeys, "The former gossip key is still valid.");

const keyInUse = { agents: z.array(containerAddress), key: z.string() };

/** Makes all agents use the key. */
export const gossipKey: Kind<GossipKeyInputs> = {
  inputs: z.strictObject({ ...keyInUse, datacenter: z.string().optional() }),
  updates: ["key"],
  kept: {
    datacenter:
      "servers of another data centre are refused by those that run, and would leave it one by one. Give the name that it had, or make it anew",
  },
  async create(given) {
    // A cluster that is there was made by a version without this resource, maybe with another key.
    for (const agent of given.agents) {
      const result = await within(agent, configured, given.key);
      if (result?.code === 0) return { id: "gossip-key", outputs: given };
    }
    await spread(given);
    return { id: "gossip-key", outputs: given };
  },
  async update(_olds, news) {
    await spread(news);
    return news;
  },
};

/** Makes all agents forget every other key. */
export const retiredGossipKeys: Kind<KeyInUse> = {
  inputs: z.strictObject(keyInUse),
  updates: ["key"],
  async create(given) {
    await retire(given);
    return { id: "former-gossip-keys", outputs: given };
  },
  async update(_olds, news) {
    await retire(news);
    return news;
  },
};
