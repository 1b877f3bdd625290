import type { ServiceName } from "../../components/services.ts";
import type { Health, Observation } from "../../core/health.ts";
import type { Inventory } from "../../core/inventory.ts";

/** What an environment looks like when all is well; a test changes one thing in it. */
export function whole(): Observation[] {
  const names = ["198.18.1.11", "198.18.2.11", "198.18.3.11"];
  const galera = (): Partial<Health> => ({
    clusterStatus: "Primary",
    localState: 4,
    ready: true,
    readOnly: false,
    clusterSize: 3,
    clusterUuid: "5c6f1e0a-0001-11f1-8001-000000000001",
  });
  const consul = (isLeader: boolean): Partial<Health> => ({ leader: "198.18.1.53:8300", isLeader, voters: 3 });
  return [
    ...[1, 2, 3].flatMap((n) => [
      seen("galera", `db${n}`, n, `198.18.${n}.11`, galera()),
      seen("consul-agent", `db${n}`, n, `198.18.${n}.11`, { leader: "198.18.1.53:8300" }),
      seen("consul-server", `dns${n}`, n, `198.18.${n}.53`, consul(n === 1)),
      seen("bind", `dns${n}`, n, `198.18.${n}.53`, { answers: [...names] }),
      seen("chrony", `dns${n}`, n, `198.18.${n}.53`, { offset: 0.000012 }),
      seen("icinga-satellite", `sat${n}`, n, `198.18.${n}.41`, { connected: ["mon1", "mon2"], notConnected: [] }),
    ]),
    ...[1, 2].flatMap((n) => [
      seen("icinga-master", `mon${n}`, n, `198.18.${n}.31`, { connected: [`mon${3 - n}`], notConnected: [] }),
      seen("icingadb", `mon${n}`, n, `198.18.${n}.31`, { responsible: n === 1 }),
      seen("icingaweb", `web${n}`, n, `198.18.${n}.81`, { status: 200, database: true }),
    ]),
    seen("icinga-agent", "app3", 3, "198.18.3.51", { connected: ["sat3"], notConnected: [] }),
    seen("proxy", "entry", 4, "198.18.4.10", { backendsUp: 2 }),
  ];
}

function seen(service: ServiceName, host: string, n: number, address: string, facts: Partial<Health>): Observation {
  const record = {
    service,
    host,
    domain: `fd${n}`,
    address,
    endpoint: "unix:///run/x",
    container: `${host}-${service}`,
  };
  return { service: record, container: "running", fit: true, health: { state: "fine", detail: "well", ...facts } };
}

/** As much of an inventory as the judgement looks at. */
export const inventory = (backend: "icingadb" | "ido" = "icingadb") =>
  ({ icinga: { backend }, time: { warning: 0.1, critical: 1 } }) as Inventory;

/** The health facts of one service in what was seen. */
export function health(all: Observation[], service: string, host: string): Health {
  return find(all, service, host).health!;
}

export function find(all: Observation[], service: string, host: string): Observation {
  return all.find((one) => one.service.service === service && one.service.host === host)!;
}
