import { setTimeout } from "node:timers/promises";
import type { ContainerInspectInfo } from "dockerode";
import type { ServiceRecord } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { exec } from "../../hosts/exec.ts";
import type { Evidence } from "../../node/bootstrap/index.ts";
import { EVIDENCE, parseEvidence, parseTold } from "./parse.ts";
import { readVolume } from "./volume.ts";

/** Milliseconds that a Docker daemon may take to answer. */
const DAEMON_TIMEOUT = 10_000;
/** Milliseconds that a running container may take to tell; its question to the database ends after 10 s. */
const TELL_TIMEOUT = 30_000;

/** Looks at every database node, all at once. Never rejects: what can't be seen is evidence too. */
export async function readEvidence(nodes: readonly ServiceRecord[], environment: string): Promise<Evidence[]> {
  return Promise.all(nodes.map((node) => readNode(node, environment)));
}

/** Looks at one node. A stopped one's volume is read by a short-lived container. */
export async function readNode(node: ServiceRecord, environment: string): Promise<Evidence> {
  const { host } = node;
  const container = await inspect(node);
  if (container instanceof Error) return unseen(host, "missing", container.message);
  const { Running, Paused, Restarting } = container.State;
  if (Paused) return unseen(host, "hung", "its container is paused");
  if (Restarting) return unseen(host, "starting", "its container starts again and again");
  try {
    if (!Running) return parseEvidence(host, await readVolume(node, container, environment), false);
    const { stdout, stderr } = await exec(node, [EVIDENCE], TELL_TIMEOUT);
    return parseEvidence(host, parseTold(stdout, stderr), true);
  } catch (error) {
    const { message } = error as Error;
    if (Running) return unseen(host, "hung", message);
    return { host, doing: "stopped", detail: message, position: "unknown", safeToBootstrap: false };
  }
}

async function inspect({ endpoint, container }: ServiceRecord): Promise<ContainerInspectInfo | Error> {
  try {
    const answer = dockerAt(endpoint).getContainer(container).inspect();
    const late = setTimeout(DAEMON_TIMEOUT, undefined, { ref: false }).then(() => {
      throw new Error(`its Docker at ${endpoint} did not answer for ${DAEMON_TIMEOUT / 1000} s`);
    });
    return await Promise.race([answer, late]);
  } catch (error) {
    const { statusCode, message } = error as Error & { statusCode?: number };
    return new Error(statusCode === 404 ? `there is no container ${container}` : message);
  }
}

const unseen = (host: string, doing: Evidence["doing"], detail: string): Evidence => ({
  host,
  doing,
  detail,
  position: "unknown",
  safeToBootstrap: false,
});
