import { createServer } from "node:net";
import { UserError } from "../../core/errors.ts";
import type { Settings } from "../../stacks/settings.ts";
import { docker } from "./docker.ts";
import { listenerOf } from "./listener.ts";
import type { Step } from "./step.ts";

/** The ports that the environment publishes on this machine are free, or its own already. */
export const ports: Step = {
  title: "Published ports",
  async check(site) {
    if (!site) return undefined;
    const { environment, settings } = site;
    for (const { address, port } of published(settings)) {
      if (await isFree(address, port)) continue;
      const owner = await containerOn(port);
      if (owner?.environment === environment) continue;
      const holder = owner ? `the container ${owner.name}` : await listenerOf(port);
      throw new UserError(
        `Port ${port} of ${address} is in use by ${holder ?? "another program"}; "${environment}" wants to be reached there. ` +
          `Stop that, or choose another port ("web", "publish") in stacks/Pulumi.${environment}.yaml.`,
      );
    }
    return undefined;
  },
};

/** Where the environment is reached on this machine: by people, and what its hosts publish besides. */
const published = ({ hosts, web }: Settings) => [
  ...(hosts.some(({ roles }) => roles.includes("entry")) ? [web] : []),
  ...hosts.flatMap((host) => host.publish),
];

const isFree = (address: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });

/** The container that publishes a port, and the environment that it belongs to. */
async function containerOn(port: number): Promise<{ name: string; environment?: string } | undefined> {
  const containers = await docker.listContainers().catch(() => []);
  const found = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  return found && { name: found.Names[0]!.slice(1), environment: found.Labels["io.trivet.environment"] };
}
