import { isRemote } from "../../core/endpoint.ts";
import type { Inventory } from "../../core/inventory.ts";
import { bySsh } from "./bySsh.ts";
import { straight } from "./straight.ts";
import type { Ways } from "./way.ts";

export { straight } from "./straight.ts";
export { NoWay, type Port, type Way, type Ways } from "./way.ts";

/**
 * How clients come to an environment: straight to a lab; to real hosts by their SSH, since that is all that a site's firewall lets through from
 * the operator's machine.
 *
 * @param tell is told when a way ends, is there again, or leads by a host that is hurt
 */
export const waysTo = (inventory: Inventory, tell: (host: string, what: string) => void): Ways =>
  inventory.hosts.every(({ endpoint }) => isRemote(endpoint)) ? bySsh(inventory, tell) : straight;
