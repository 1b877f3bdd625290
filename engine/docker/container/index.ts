import type Docker from "dockerode";
import { DockerError, daemonMessage, HalfMade, statusOf, unlessGone } from "../errors.ts";
import { ensureImage } from "../images.ts";
import { isOurs, labelMap, whyNotOurs } from "../labels.ts";
import { type Context, type Resource, schemaVersion, timeouts } from "../resource.ts";
import { argsOf, type ContainerArgs } from "./args.ts";
import { computed, fields } from "./fields.ts";
import { waitUntilHealthy } from "./health.ts";
import { containerOutputs } from "./outputs.ts";
import { describeContainer } from "./report.ts";
import { createRequest, endpointConfig } from "./request.ts";
import { uploadArchive } from "./uploads.ts";
import { validate } from "./validate.ts";

/** docker:index/container:Container. */
export const container: Resource = {
  fields,
  namesItself: true,
  computed,
  deleteBeforeReplace: true,
  meta: { ...timeouts, ...schemaVersion(2) },
  validate,

  async create(context, inputs) {
    const args = argsOf(inputs);
    await ensureImage(context, args.image);
    const made = await createUnderItsName(context.docker, args);
    try {
      await joinNetworks(context.docker, made, args);
      if (args.uploads?.length) await made.putArchive(await uploadArchive(args.uploads), { path: "/" });
    } catch (error) {
      // Without its files or networks it must never be started: nothing is left behind.
      await unlessGone(made.remove({ force: true, v: true }));
      throw new DockerError(
        `Container ${args.name} was removed again, as it could not be prepared: ${daemonMessage(error)}`,
      );
    }
    await start(context, made, args);
    return made.id;
  },

  async read({ docker }, id, known) {
    const found = await unlessGone(docker.getContainer(id).inspect());
    return found && containerOutputs(found, known);
  },

  /** Also mends a container that did not come up or was stopped: starts it and waits for its health. */
  async update(context, id, olds, news) {
    const existing = context.docker.getContainer(id);
    if (UPDATED.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]))) {
      await existing.update(limits(argsOf(news)));
    }
    await start(context, existing, argsOf(news));
  },

  async remove({ docker }, id, inputs) {
    const { destroyGraceSeconds = 0, removeVolumes = true, name = id } = argsOf(inputs);
    const doomed = docker.getContainer(id);
    try {
      await unlessGone(doomed.stop({ t: destroyGraceSeconds })).catch(unlessStatus(304));
      await unlessGone(doomed.remove({ force: true, v: removeVolumes })).catch(unlessStatus(409));
      // "Removal is already in progress" and AutoRemove: it is over when the daemon knows it no more.
      await unlessGone(doomed.wait({ condition: "removed" }));
    } catch (error) {
      throw new DockerError(`Container ${name} could not be removed: ${daemonMessage(error)}`);
    }
  },
};

const unlessStatus = (status: number) => (error: unknown) => {
  if (statusOf(error) !== status) throw error;
};

/** What the daemon can change on a living container. */
const UPDATED = ["restart", "maxRetryCount", "cpuShares", "memory", "memoryReservation", "cpuSet", "memorySwap"];

function limits(args: ContainerArgs) {
  const { HostConfig: host = {} } = createRequest(args);
  const { RestartPolicy, Memory, MemoryReservation, MemorySwap, CpuShares, CpusetCpus } = host;
  return { RestartPolicy, Memory, MemoryReservation, MemorySwap, CpuShares, CpusetCpus };
}

/**
 * Creates the container. One of the same name and environment is what a killed run left, half made or not in the state:
 * it can't be told which of its files are there, so it is removed first.
 */
async function createUnderItsName(docker: Docker, args: ContainerArgs): Promise<Docker.Container> {
  const request = createRequest(args);
  try {
    return await docker.createContainer(request);
  } catch (error) {
    if (statusOf(error) !== 409)
      throw new DockerError(`Container ${args.name} could not be created: ${daemonMessage(error)}`);
    const existing = docker.getContainer(args.name);
    const found = await unlessGone(existing.inspect());
    const asked = labelMap(args.labels);
    if (found && !isOurs(found.Config.Labels, asked)) {
      throw new DockerError(
        `A container ${args.name} already exists, and ${whyNotOurs(found.Config.Labels, asked)}. ` +
          `Remove it with \`docker rm -f ${args.name}\`, or give this container another name.`,
      );
    }
    if (found) {
      await unlessGone(existing.stop()).catch(unlessStatus(304));
      await unlessGone(existing.remove({ force: true, v: true }));
    }
    return docker.createContainer(request);
  }
}

/** Replaces the default network by the named ones. */
async function joinNetworks(
  docker: Docker,
  made: Docker.Container,
  { networksAdvanced = [] }: ContainerArgs,
): Promise<void> {
  if (networksAdvanced.length === 0) return;
  await docker
    .getNetwork("bridge")
    .disconnect({ Container: made.id })
    .catch((error) => {
      if (!/is not connected/.test(daemonMessage(error))) throw error;
    });
  for (const network of networksAdvanced) {
    try {
      await docker.getNetwork(network.name).connect({ Container: made.id, EndpointConfig: endpointConfig(network) });
    } catch (error) {
      throw new DockerError(`network ${network.name}: ${daemonMessage(error)}`);
    }
  }
}

async function start({ signal }: Context, made: Docker.Container, args: ContainerArgs): Promise<void> {
  if (args.start === false) return;
  try {
    await made.start().catch(unlessStatus(304));
    if (args.wait) await waitUntilHealthy(made, args.waitTimeout!, signal);
  } catch (error) {
    const report = await describeContainer(made);
    if (!report) throw new DockerError(`Container ${args.name} is gone. Refresh the stack, then bring it up again.`);
    const what = error instanceof DockerError ? error.message : `could not be started: ${daemonMessage(error)}`;
    throw new HalfMade(made.id, `Container ${args.name} ${what.replace(/\.$/, "")}. ${report}`);
  }
}
