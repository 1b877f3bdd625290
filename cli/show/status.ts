import type { Inventory } from "../../core/inventory.ts";
import type { Verdict } from "../../health/steadyState.ts";
import { table } from "./table.ts";

/** A verdict, with what else is wrong. */
type Told = Pick<Verdict, "healthy" | "services"> & { problems: readonly { text: string }[] };

/** Every service with its state and what it says of itself, then what is wrong. */
export function statusText(environment: string, { healthy, services, problems }: Told): string {
  const rows = services.map(({ domain, host, service, state, detail }) => [domain, host, service, state, detail]);
  const end = healthy
    ? `${environment} is healthy: ${services.length} services.`
    : [`${environment} is not healthy:`, ...problems.map(({ text }) => `  - ${text}`)].join("\n");
  return `${table(["DOMAIN", "HOST", "SERVICE", "STATE", "DETAIL"], rows)}\n\n${end}`;
}

/** What a freshly brought up environment consists of, and where. */
export function environmentText(inventory: Inventory, { services }: Verdict): string {
  const addresses = new Map(inventory.services.map(({ host, address }) => [host, address]));
  return table(
    ["DOMAIN", "HOST", "SERVICE", "ADDRESS", "STATE"],
    services.map(({ domain, host, service, state }) => [domain, host, service, addresses.get(host) ?? "", state]),
  );
}
