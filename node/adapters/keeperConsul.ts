import { readMaintenance } from "../foreign/consul.ts";
import { shown } from "../foreign/shapes.ts";
import type { KeeperConsul, Log } from "../ports.ts";
import type { Millis } from "../types.ts";
import { ask } from "./http.ts";

export interface KeeperConsulConfig {
  /** Of the agent on this host: `http://127.0.0.1:8500/v1`. */
  api: string;
  /** The cluster's name, and this node's. */
  cluster: string;
  node: string;
  /** Services that the node leaves before it stops. */
  services: readonly string[];
  /** Of an access rule that lets it do this; none where Consul has no access rules. */
  token?: string;
}

const LIMITS: Record<"report" | "maintenance", Millis> = { report: 1_000, maintenance: 2_000 };
/** Bytes of an answer: the words of all checks of a host. */
const MOST = 1_000_000;
/** By these words it is known again, by keepers and supervisors of any version. */
const REASON = "trivet: the node stops";

/** Consul's agent of the same host. */
export function keeperConsulOf({ api, cluster, node, services, token }: KeeperConsulConfig, log: Log): KeeperConsul {
  const headers = token === undefined ? undefined : { "X-Consul-Token": token };
  const path = (...parts: string[]) => [api, ...parts.map(encodeURIComponent)].join("/");
  const maintain = async (service: string, enable: boolean) => {
    const url = `${path("agent", "service", "maintenance", service)}?enable=${enable}${enable ? `&reason=${encodeURIComponent(REASON)}` : ""}`;
    return (await ask(url, { method: "PUT", headers, limit: LIMITS.maintenance, most: MOST }))?.status === 200;
  };

  return {
    async reportStands() {
      const url = path("kv", "trivet", cluster, "dead", node);
      const status = (await ask(url, { headers, limit: LIMITS.report, most: MOST }))?.status;
      return status === 200 ? true : status === 404 ? false : undefined;
    },
    async leaveName() {
      const left = await Promise.all(
        services.map(async (service) => {
          const taken = await maintain(service, true);
          if (!taken) log.say(`leaves: Consul does not take ${service} out of the name`);
          return taken;
        }),
      );
      return left.includes(true);
    },
    async comeBack() {
      if (services.length === 0) return true;
      const answer = await ask(path("agent", "checks"), { headers, limit: LIMITS.maintenance, most: MOST });
      const kept = answer?.status === 200 && answer.body ? readMaintenance(answer.body, services) : undefined;
      if (!kept) return false;
      const done = await Promise.all(
        services.map(async (service) => {
          const state = kept.get(service);
          if (!state) return true;
          if (state.by !== "leaving") {
            // Anybody else's is left alone.
            log.say(`not back in the name yet: ${service} is in maintenance (${shown(state.notes)})`);
            return true;
          }
          const back = await maintain(service, false);
          if (back) log.say(`back in the name: ${service}`);
          return back;
        }),
      );
      return !done.includes(false);
    },
  };
}
