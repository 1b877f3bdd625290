import { type ServiceFacts, udp } from "../../core/service.ts";

export const ntpPort = 123;

/** Runs on every host; those with the role `time` serve others. */
export const chrony = {
  name: "chrony",
  title: "chrony",
  kind: "product",
  role: "time",
  beside: true,
  ports: [udp(ntpPort)],
} as const satisfies ServiceFacts<"chrony">;
