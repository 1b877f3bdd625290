import type { Duration } from "../../core/duration.ts";
import { handsOver, type ServiceFacts, udp } from "../../core/service.ts";

export const ntpPort = 123;

/** How far a clock may be off the site's time before that is told, and before a database node is kept from clients. */
export const clockLimits = { warning: "100ms", critical: "1s" } as const satisfies Record<string, Duration>;

/** Runs on every host; those with the role `time` serve others. */
export const chrony = {
  name: "chrony",
  title: "chrony",
  kind: "product",
  role: "time",
  purpose: "Serves the site's time to the other hosts.",
  everywhere: true,
  image: { name: "chrony", folder: "components/chrony/image" },
  capabilities: [...handsOver, "NET_BIND_SERVICE", "SYS_TIME"],
  beside: true,
  ports: [udp(ntpPort)],
  endsLast: 7,
} as const satisfies ServiceFacts;
