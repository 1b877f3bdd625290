import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { nodeConf } from "../../components/galera/config.ts";
import { runningConf } from "../../components/galera/running.ts";

const docker = new Docker();

/** Clients that it takes at a time. */
export const PLACES = 10;

/**
 * A MariaDB with Galera of the image, of one node, in a container that nobody else reaches. Its socket is in a folder of this machine: root
 * here is root there.
 */
export async function startDatabase(name: string) {
  if (process.getuid?.() !== 0)
    throw new Error("This test logs in to a database as root by its socket: run it as root.");
  const [image] = await docker.listImages({ filters: { reference: ["trivet/galera"] } });
  if (!image)
    throw new Error("This test needs the image trivet/galera on this machine: `npx trivet images` builds it.");
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const sockets = join(folder, "sockets");
  await mkdir(sockets);
  const remove = async () => {
    for (const { Id } of await docker.listContainers({ all: true, filters: { name: [`^/${name}$`] } }))
      await docker.getContainer(Id).remove({ force: true });
    for (const { Id } of await docker.listNetworks({ filters: { name: [`^${name}$`] } }))
      await docker.getNetwork(Id).remove();
  };
  await remove();
  const labels = { "io.trivet.environment": name };
  await docker.createNetwork({ Name: name, Internal: true, Labels: labels });
  const container = await docker.createContainer({
    name,
    Image: image.Id,
    Entrypoint: ["sleep", "infinity"],
    Labels: labels,
    HostConfig: { Init: true, NetworkMode: name, Binds: [`${sockets}:/run/mysqld`, `${folder}:/given:ro`] },
  });
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const address = NetworkSettings.Networks[name]!.IPAddress;
  const small = { innodbBufferPoolSize: "32M", gcacheSize: "16M", maxConnections: PLACES } as const;
  const conf = nodeConf({ ...small, clusterName: name, nodeName: "db1", nodeAddress: address, addresses: [address] });
  await writeFile(join(folder, "90.cnf"), conf);
  await writeFile(join(folder, "95.cnf"), runningConf(name, small));
  const inside = async (command: string, detach = false) =>
    (await execa("docker", ["exec", ...(detach ? ["-d"] : []), name, "bash", "-c", command])).stdout;
  await inside(`
    cp /given/90.cnf /given/95.cnf /etc/mysql/mariadb.conf.d/
    chown mysql: /run/mysqld /var/lib/mysql
    mariadb-install-db --user=mysql --datadir=/var/lib/mysql --skip-test-db --auth-root-authentication-method=socket`);
  return {
    folder,
    address,
    socketPath: join(sockets, "mysqld.sock"),
    inside,
    start: (...options: string[]) =>
      inside(`exec mariadbd --user=mysql ${options.map((each) => `'${each}'`).join(" ")} > /tmp/log 2>&1`, true),
    signal: (signal: string) => inside(`kill -${signal} "$(pidof mariadbd)"`),
    remove: async () => {
      await remove();
      await rm(folder, { recursive: true });
    },
  };
}
