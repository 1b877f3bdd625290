import { type ServiceFacts, tcp } from "../../core/service.ts";

export const receiverPort = 8080;

/** What the lab has for a pager: it keeps what it is told. */
export const receiver = {
  name: "receiver",
  title: "receiver",
  kind: "lab",
  ports: [tcp(receiverPort)],
} as const satisfies ServiceFacts<"receiver">;
