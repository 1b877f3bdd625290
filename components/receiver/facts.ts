import { handsOver, type ServiceFacts, tcp } from "../../core/service.ts";

export const receiverPort = 8080;

/** The lab's stand-in for a pager: it keeps every notification that it gets. */
export const receiver = {
  name: "receiver",
  title: "receiver",
  kind: "lab",
  image: { name: "receiver", folder: "components/receiver/image" },
  capabilities: handsOver,
  ports: [tcp(receiverPort)],
} as const satisfies ServiceFacts;
