import * as pulumi from "@pulumi/pulumi";
import { type ContainerAddress, reach, run } from "../../hosts/reach.ts";

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

interface Inputs {
  /** The containers of all agents, servers first. */
  agents: ContainerAddress[];
  key: string;
}

// Pulumi serialises these functions into the state: they may capture each other and plain values, but nothing of a package.

/** Milliseconds in which a Docker daemon has to take a file. */
const ANSWER = 30_000;
/** Milliseconds for a script: up to four questions, each asked six times for 20 s at most. */
const SCRIPT = 10 * 60_000;

/** Runs a script with the key in the container; undefined when it does not run. */
async function within(agent: ContainerAddress, script: string, key: string) {
  const { pack } = (await import("tar-stream")).default;
  const { randomUUID } = await import("node:crypto");
  const { Readable } = await import("node:stream");
  const path = `/run/trivet-key-${randomUUID()}`;
  const archive = pack();
  archive.entry({ name: path, mode: 0o600 }, JSON.stringify({ Key: key }));
  archive.finalize();
  try {
    await reach(agent, ANSWER, (container) => container.putArchive(Readable.from(archive), { path: "/" }));
    return await run(agent, ["bash", "-c", `trap 'rm -f "$1"' EXIT\n${script}`, "bash", path], SCRIPT);
  } catch (error) {
    // 404 there is none, 409 it stands still.
    if ([404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) return undefined;
    throw error;
  }
}

/** By the first agent that can. */
async function byAny({ agents, key }: Inputs, script: string, what: string): Promise<void> {
  const failures: string[] = [];
  for (const agent of agents) {
    const result = await within(agent, script, key);
    if (result?.code === 0) return;
    if (result) failures.push(`${agent.container}: ${result.output}`);
  }
  if (failures.length === 0) return;
  throw new Error(
    `${what} Expected every Consul agent that runs to take part; make all of them healthy (trivet status), and run up again. ${failures.join("; ")}`,
  );
}

const spread = (inputs: Inputs) =>
  byAny(inputs, spreadKey, "The gossip key was not changed, and no container was replaced.");
const retire = (inputs: Inputs) => byAny(inputs, retireKeys, "The former gossip key is still valid.");
const differs = async (_id: string, olds: Inputs, news: Inputs) => ({ changes: olds.key !== news.key });

const first: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    // A cluster that is there was made by a version without this resource, maybe with another key.
    for (const agent of inputs.agents) {
      const result = await within(agent, configured, inputs.key);
      if (result?.code === 0) return { id: "gossip-key", outs: inputs };
    }
    await spread(inputs);
    return { id: "gossip-key", outs: inputs };
  },
  async update(_id, _olds, news) {
    await spread(news);
    return { outs: news };
  },
  diff: differs,
};

const last: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    await retire(inputs);
    return { id: "former-gossip-keys", outs: inputs };
  },
  async update(_id, _olds, news) {
    await retire(news);
    return { outs: news };
  },
  diff: differs,
};

interface KeyArgs {
  agents: ContainerAddress[];
  key: pulumi.Input<string>;
}

/** The key by which all agents talk. All agents depend on it: one that starts with a new key finds it in use. */
export class GossipKey extends pulumi.dynamic.Resource {
  constructor(name: string, args: KeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(first, name, { ...args }, { additionalSecretOutputs: ["key"], ...opts });
  }
}

/** Former keys are read until this: it depends on all agents. */
export class RetiredGossipKeys extends pulumi.dynamic.Resource {
  constructor(name: string, args: KeyArgs, opts?: pulumi.CustomResourceOptions) {
    super(last, name, { ...args }, { additionalSecretOutputs: ["key"], ...opts });
  }
}
