import { buffer } from "node:stream/consumers";
import type { ContainerCreateOptions, ContainerInspectInfo } from "dockerode";
import type { ServiceRecord } from "../../../core/inventory.ts";
import { dockerAt } from "../../../hosts/endpoint.ts";

/** Where a container's uploaded files are: what it is told of itself and of its site. */
const UPLOADS = "/etc/trivet";

/**
 * Removes a container with its volumes by force, and makes the same again at once, empty: what an infrastructure tool does that
 * replaces. Not ended early once it has begun, so that the container is there again in any case.
 */
export async function replaceContainer({ endpoint, container }: ServiceRecord): Promise<void> {
  const docker = dockerAt(endpoint);
  const old = docker.getContainer(container);
  const found = await old.inspect();
  const files = await buffer(await old.getArchive({ path: UPLOADS }));
  const volumes = await Promise.all(volumesOf(found).map((name) => docker.getVolume(name).inspect()));
  await old.remove({ force: true });
  for (const { Name } of volumes) await docker.getVolume(Name).remove();
  for (const { Name, Driver, Labels, Options } of volumes) {
    await docker.createVolume({ Name, Driver, Labels, DriverOpts: Options ?? undefined });
  }
  const created = await docker.createContainer(sameAgain(found));
  await created.putArchive(files, { path: UPLOADS.slice(0, UPLOADS.lastIndexOf("/")) });
  await created.start();
}

const volumesOf = ({ Mounts }: ContainerInspectInfo): string[] =>
  Mounts.flatMap(({ Type, Name }) => (Type === "volume" && Name ? [Name] : []));

/** What Docker needs to make a container of the same configuration. */
export function sameAgain({ Name, Config, HostConfig }: ContainerInspectInfo): ContainerCreateOptions {
  const options = { ...Config, HostConfig, name: Name.replace(/^\//, "") } as ContainerCreateOptions;
  // Those belong to whoever owns the network, and Docker refuses them here.
  if (HostConfig.NetworkMode?.startsWith("container:")) {
    delete options.Hostname;
    delete options.Domainname;
    delete options.ExposedPorts;
  }
  return options;
}
