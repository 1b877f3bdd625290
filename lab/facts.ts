import { handsOver, type ServiceFacts } from "../core/service.ts";

const podImage = { name: "pod", folder: "images/pod" } as const;

/** Lets declared flows pass between the domains. */
export const router = {
  name: "router",
  title: "router",
  kind: "network",
  image: podImage,
  capabilities: ["NET_ADMIN"],
  ports: [],
} as const satisfies ServiceFacts;

/** Holds the network of a host. */
export const pod = {
  name: "pod",
  title: "pod",
  kind: "network",
  image: podImage,
  capabilities: ["NET_ADMIN"],
  ports: [],
} as const satisfies ServiceFacts;

/** A plain machine to be watched. */
export const target = {
  name: "target",
  title: "plain host",
  kind: "lab",
  image: { name: "target", folder: "images/target" },
  capabilities: [...handsOver, "NET_BIND_SERVICE", "SYS_CHROOT"],
  ports: [],
} as const satisfies ServiceFacts;

/** Whether the hosts of an environment are pods of a lab: then a pod is among the services of each. */
export const isLab = ({ services }: { services: readonly { service: string }[] }): boolean =>
  services.some(({ service }) => service === pod.name);
