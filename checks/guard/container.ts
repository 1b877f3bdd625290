import type { Container, ContainerCreateOptions, HostConfig } from "dockerode";
import { isRemote } from "../../core/endpoint.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { logLimits } from "../../hosts/logs.ts";
import { runOn } from "../../hosts/ssh.ts";

/** One for each Docker endpoint; the journal's volume has the same name. */
export const guardName = (environment: string): string => `trivet-${environment}-guard`;

/** The Docker endpoints of an environment. */
export const endpoints = (inventory: Inventory): string[] => [
  ...new Set(inventory.services.map(({ endpoint }) => endpoint)),
];

const labels = (environment: string) => ({
  "io.trivet.environment": environment,
  "io.trivet.service": "guard",
});

/** Creates and starts the guard on an endpoint; it takes up a journal that an earlier one has left. */
export async function startGuard(endpoint: string, environment: string, image: string): Promise<Container> {
  const docker = dockerAt(endpoint);
  const name = guardName(environment);
  const sshPort = await sshPortOf(endpoint);
  await docker.createVolume({ Name: name, Labels: labels(environment) });
  try {
    const container = await docker.createContainer({ ...shape(environment, image, sshPort), name });
    await container.start();
    return container;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    throw new UserError(
      `There is no image "${image}" on ${endpoint}, and the chaos suite's guard runs there. "trivet chaos ${environment}" and ` +
        `"trivet heal ${environment}" build it and bring it to the hosts.`,
    );
  }
}

/**
 * The port of a real host by which the suite comes there, whatever a jump host or an alias makes of the endpoint: faults of its network leave
 * it open. Undefined for this machine, which is reached by its socket.
 */
async function sshPortOf(endpoint: string): Promise<number | undefined> {
  if (!isRemote(endpoint)) return undefined;
  const { stdout } = await runOn(endpoint, ["sh", "-c", 'echo "$SSH_CONNECTION"']);
  const port = Number(stdout.trim().split(" ")[3]);
  if (!(port > 0))
    throw new UserError(`${endpoint} does not say by which port it is reached (SSH_CONNECTION is "${stdout.trim()}").`);
  return port;
}

function shape(environment: string, image: string, sshPort: number | undefined): ContainerCreateOptions {
  const host: HostConfig & { CgroupnsMode: "host" } = {
    Binds: ["/var/run/docker.sock:/var/run/docker.sock", `${guardName(environment)}:/var/lib/trivet/journal`],
    RestartPolicy: { Name: "unless-stopped" },
    NetworkMode: "none",
    LogConfig: { Type: logLimits.driver, Config: logLimits.options },
    PidMode: "host",
    // So that it finds the control groups of other containers.
    CgroupnsMode: "host",
    // Not privileged: a daemon that lacks a capability itself refuses that.
    CapAdd: ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"],
    SecurityOpt: ["apparmor=unconfined", "seccomp=unconfined"],
    // Loop devices, and the one that gives them out.
    DeviceCgroupRules: ["b 7:* rmw", "c 10:237 rmw"],
  };
  return {
    Image: image,
    Labels: labels(environment),
    ...(sshPort && { Env: [`TRIVET_SSH_PORT=${sshPort}`] }),
    OpenStdin: true,
    // After an orderly stop, too, all must be healed first.
    StopTimeout: 60,
    HostConfig: host,
  };
}

/** @throws {UserError} when what has the guard's name is something else, such as a host of that name */
export function mustBeGuard(marks: Record<string, string> = {}, endpoint: string, environment: string): void {
  if (Object.entries(labels(environment)).every(([label, value]) => marks[label] === value)) return;
  throw new UserError(
    `The container ${guardName(environment)} on ${endpoint} is not the chaos suite's guard (its labels say otherwise), and is not touched. ` +
      "Rename the host or the container that has this name.",
  );
}

/** The guard that is there on an endpoint, running or not, and whether a journal is. */
export async function findGuard(
  endpoint: string,
  environment: string,
): Promise<{ container?: Container; journal: boolean }> {
  const docker = dockerAt(endpoint);
  const container = docker.getContainer(guardName(environment));
  const volume = docker.getVolume(guardName(environment));
  const there = (found: Promise<unknown>) =>
    found.then(
      () => true,
      (error) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
  const ours = (found: { Config: { Labels?: Record<string, string> } }) =>
    mustBeGuard(found.Config.Labels, endpoint, environment);
  const [running, journal] = await Promise.all([there(container.inspect().then(ours)), there(volume.inspect())]);
  return { container: running ? container : undefined, journal };
}

/** Removes the guard and its journal from an endpoint, whatever is in it. */
export async function removeGuard(endpoint: string, environment: string): Promise<void> {
  const gone = (error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  };
  const docker = dockerAt(endpoint);
  // Looks at its label first: whatever else has that name stays.
  await findGuard(endpoint, environment);
  await docker.getContainer(guardName(environment)).remove({ force: true }).catch(gone);
  await docker.getVolume(guardName(environment)).remove().catch(gone);
}
