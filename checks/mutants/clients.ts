import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { resolvers } from "../audit/rules/resolvers.ts";

/** One container of each host that looks up names: all of a host have the same resolv.conf. */
export const oneOfEachClient = (inventory: Inventory): ServiceRecord[] =>
  [...Map.groupBy(resolvers.of(inventory), ({ host }) => host).values()].map(([first]) => first!);
