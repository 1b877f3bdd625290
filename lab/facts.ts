import type { Inventory } from "../core/inventory.ts";
import type { ServiceFacts } from "../core/service.ts";

/** Lets declared flows pass between the domains. */
export const router = {
  name: "router",
  title: "router",
  kind: "network",
  ports: [],
} as const satisfies ServiceFacts<"router">;

/** Holds the network of a host. */
export const pod = { name: "pod", title: "pod", kind: "network", ports: [] } as const satisfies ServiceFacts<"pod">;

/** A plain machine to be watched. */
export const target = {
  name: "target",
  title: "plain host",
  kind: "lab",
  ports: [],
} as const satisfies ServiceFacts<"target">;

/** Whether the hosts of an environment are pods of a lab: then a pod is among the services of each. */
export const isLab = ({ services }: Pick<Inventory, "services">): boolean =>
  services.some(({ service }) => service === pod.name);
