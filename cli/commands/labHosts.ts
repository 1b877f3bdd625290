import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import pLimit from "p-limit";
import pRetry from "p-retry";
import { Failure } from "../../core/errors.ts";
import { runOn } from "../../hosts/ssh.ts";
import { imageTag } from "../../images/index.ts";
import { makeKeys } from "../../lab/hosts/keys.ts";
import { createHost, createNetworks, createRouter } from "../../lab/hosts/machines.ts";
import { BED, type Bed, type BedHost, planBed } from "../../lab/hosts/plan.ts";
import { flowsOf } from "../../stacks/flows.ts";
import { objectsWith } from "../environment/objects.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { interruptible } from "../interrupt.ts";
import { localDir, projectDir } from "../project.ts";
import { baseImage } from "../setup/baseImage.ts";
import { daemon } from "../setup/daemon.ts";
import { docker, LOCAL } from "../setup/docker.ts";
import { engine } from "../setup/engine.ts";
import { hostImage } from "../setup/images.ts";
import { stepTask } from "../setup/index.ts";
import { rights } from "../setup/rights.ts";
import { confirm } from "../show/confirm.ts";
import { table } from "../show/table.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

/** Hosts that are started at a time. */
const CONCURRENCY = 3;
/** Milliseconds that a host may take until its Docker answers over SSH. */
const PATIENCE = 120_000;

/** Keys, known hosts and configuration of a bed. */
const bedFolder = (environment: string) => join(localDir, "bed", environment);
const configFile = (environment: string) => join(bedFolder(environment), "ssh_config");

/** Starts containers that stand for the real hosts of an environment, and waits until each answers over SSH. */
export async function hostsUp(environment: string): Promise<void> {
  const { settings, watched } = await loadEnvironment(environment);
  const bed = planBed(environment, settings);
  const signal = interruptible("what was started stays; the same command goes on");
  await taskList(
    [
      ...[rights, daemon, engine, baseImage, hostImage].map((step) => stepTask(step)),
      machinesTask(bed, flowsOf(settings, watched)),
      answersTask(bed, signal),
    ],
    {},
  ).run();
  console.log(summary(bed));
}

function machinesTask(bed: Bed, flows: ReturnType<typeof flowsOf>): Task<object> {
  return {
    title: "Hosts",
    task: async (_, task) => {
      const say = sayIn(task);
      const image = imageTag("host");
      const keys = await makeKeys(bed, bedFolder(bed.environment));
      await createNetworks(docker, bed);
      await createRouter(docker, bed, image, flows);
      const limit = pLimit(CONCURRENCY);
      await Promise.all(
        bed.hosts.map((host) =>
          limit(async () => {
            say(`starting ${host.name}`);
            await createHost(docker, bed, host, image, keys);
          }),
        ),
      );
      task.title = `Hosts: ${bed.hosts.length}, behind a router between ${bed.domains.length} sites`;
    },
  };
}

function answersTask(bed: Bed, signal: AbortSignal): Task<object> {
  return {
    title: "Each answers over SSH",
    task: async (_, task) => {
      process.env.TRIVET_SSH_CONFIG = configFile(bed.environment);
      const say = sayIn(task);
      const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
      await Promise.all(
        bed.hosts.map(async (host) => {
          const version = await dockerVersion(host, until);
          say(`${host.name}: Docker ${version}`, "lasting");
        }),
      );
    },
  };
}

async function dockerVersion({ name, endpoint, container }: BedHost, signal: AbortSignal): Promise<string> {
  let last = "";
  const ask = async () => {
    const argv = ["docker", "version", "--format", "{{.Server.Version}}"];
    const { code, stdout, stderr } = await runOn(endpoint, argv, { signal, timeout: 30_000 }).catch((error) => {
      last = error.message;
      throw error;
    });
    last = stderr.trim();
    if (code !== 0) throw new Error(last);
    return stdout.trim();
  };
  // Without a limit of its own: the signal is one.
  return pRetry(ask, { retries: 1_000, factor: 1, minTimeout: 500, signal }).catch((error) => {
    if (signal.reason?.name !== "TimeoutError") throw signal.reason ?? error;
    throw new Failure(
      `The host ${name} did not answer within ${PATIENCE / 1000} s: ${last}. What it says: docker logs ${container}`,
    );
  });
}

function summary({ environment, hosts }: Bed): string {
  const file = relative(projectDir, configFile(environment));
  const rows = hosts.map(({ domain, name, address, endpoint }) => [domain, name, address, endpoint]);
  return `
${table(["SITE", "HOST", "ADDRESS", "ENDPOINT"], rows)}

These hosts stand for those of ${environment}. Their keys are known to ssh by a configuration file of their own; let trivet read it by a line in .env:
  TRIVET_SSH_CONFIG=${file}
For ssh itself, docker and the Pulumi CLI put this at the head of ~/.ssh/config:
  Include ${configFile(environment)}

Next:
  ssh -F ${file} ${hosts[0]!.name}
  trivet up ${environment}
  trivet lab hosts down ${environment}      removes them with all their data
`;
}

/** Removes the hosts of a bed with all their data and keys, and makes sure that nothing of it is left. */
export async function hostsDown(environment: string, { yes }: { yes?: boolean }): Promise<void> {
  await confirm(`Remove the bed of ${environment} with all that is on its hosts?`, yes);
  const label = `${BED}=${environment}`;
  await taskList(
    [
      stepTask(daemon),
      {
        title: "Hosts",
        task: async (_: object, task: Parameters<typeof sayIn>[0]) => {
          const found = await objectsWith(LOCAL, label);
          // In this order: a network with a container in it stays.
          for (const kind of ["container", "network", "volume"]) {
            const those = found.filter((object) => object.kind === kind);
            sayIn(task)(`removing ${those.length} of kind ${kind}`);
            await Promise.all(those.map(({ remove }) => remove()));
          }
          const left = await objectsWith(LOCAL, label);
          if (left.length)
            throw new Failure(`Still there: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`);
          await rm(bedFolder(environment), { recursive: true, force: true });
          task.title = found.length ? `${found.length} containers, networks and volumes removed` : "There were none";
        },
      },
    ],
    {},
  ).run();
  console.log(`The bed of ${environment} is gone: no container, network, volume or key of it is left.`);
}
