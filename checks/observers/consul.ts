import { api, consulServer } from "../../components/consul/facts.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { lookInside, perLook } from "./inside.ts";
import { hostAt, type Observer } from "./site.ts";

/** Each Consul server's own view of the database service, once a second; `stale`: it answers without a leader, too. */
export const observeConsul: Observer = ({ inventory, signal, record }) => {
  const [service] = inventory.database.name.split(".");
  const script = perLook(
    `curl -sS --max-time 0.9 -w '\\n' '${api}/health/service/${service}?stale' '${api}/status/leader?stale'`,
  );
  return servicesOf(inventory, consulServer.name).map((service) =>
    lookInside(
      {
        service,
        script,
        every: 1_000,
        parse: (answer) => parseConsul(answer, inventory),
        record: (span, facts) => record({ kind: "look", what: "consul", server: service.host, ...span, ...facts }),
      },
      signal,
    ),
  );
};

interface Entry {
  Node: { Node: string };
  Checks: { Status: string; Output: string; ServiceID: string }[];
}

type Check = Entry["Checks"][number];

const worstFirst = ["critical", "warning", "passing"];
/** DNS leaves a node out for any critical check, its service's or its agent's: the worst one counts, then the service's. */
const rank = ({ Status, ServiceID }: Check) => worstFirst.indexOf(Status) * 2 + (ServiceID ? 0 : 1);

/** Two lines of JSON: the service's nodes with their checks, and the leader's address. @throws on anything else */
export function parseConsul(answer: string, inventory: Pick<Inventory, "hosts">) {
  const [entries, leader] = answer.split("\n").filter(Boolean).map(json) as [Entry[], string?];
  if (!Array.isArray(entries)) throw new Error(`Consul said: ${answer.slice(0, 150)}`);
  const worst = entries.map(({ Node, Checks }) => {
    const [check] = Checks.toSorted((a, b) => rank(a) - rank(b));
    return { host: Node.Node, status: check?.Status ?? "passing", output: check?.Output.trim() ?? "" };
  });
  return {
    leader: leader ? hostAt(inventory, leader) : undefined,
    nodes: Object.fromEntries(worst.map(({ host, status }) => [host, status])),
    output: Object.fromEntries(worst.map(({ host, output }) => [host, output])),
  };
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`Consul said: ${line.slice(0, 150)}`);
  }
}
