import type { Flow } from "../../core/flow.ts";
import type { Inventory } from "../../core/inventory.ts";
import { allFlows } from "../../stacks/flows-outside.ts";
import { labMachines } from "../../stacks/settings/lab.ts";
import { findInventory, readInventoryToLook } from "../environment/inventory.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { table } from "../show/table.ts";

/** The connections of an environment, and where its hosts are. */
export interface Connections {
  flows: Flow[];
  /** Addresses by names; others are addresses already, or nobody's. */
  addresses: ReadonlyMap<string, string>;
}

/**
 * Lists the connections that firewalls must let through, for those who run them: as they are recorded, or before the first `up`, as the
 * settings have them.
 */
export async function firewall(environment: string, { csv, json }: { csv?: boolean; json?: boolean }): Promise<void> {
  const recorded = await findInventory(environment);
  const connections = recorded ? ofInventory(await readInventoryToLook(environment)) : await ofSettings(environment);
  if (json) return console.log(JSON.stringify({ environment, flows: connectionsData(connections) }));
  console.log(csv ? csvText(connections) : connectionsText(connections));
}

function ofInventory({ environment, flows, otherFlows, hosts, watched, services }: Inventory): Connections {
  if (!otherFlows) {
    console.error(
      `warning: an earlier version recorded "${environment}": connections with others are left out until the next trivet up ${environment}.`,
    );
  }
  return {
    flows: [...flows, ...(otherFlows?.within ?? []), ...(otherFlows?.outside ?? [])],
    // A machine of a lab is no host, but has a service.
    addresses: new Map(
      [...services.map(({ host, address }) => ({ name: host, address })), ...watched, ...hosts].map(pair),
    ),
  };
}

async function ofSettings(environment: string): Promise<Connections> {
  const { settings, watched } = await loadEnvironment(environment);
  return {
    flows: allFlows(settings, watched),
    addresses: new Map(
      [...labMachines(settings.lab).map(({ machine }) => machine), ...watched, ...settings.hosts].map(pair),
    ),
  };
}

const pair = ({ name, address }: { name: string; address: string }) => [name, address] as const;

const head = ["FOR", "PROTOCOL", "PORT", "FROM", "TO"];

export function connectionsText({ flows, addresses }: Connections): string {
  const named = (names: string[]) => names.map((name) => `${name} ${addresses.get(name) ?? ""}`.trim()).join("\n");
  const rows = flows.map(({ name, protocol, port, from, to }) => [
    name,
    protocol,
    String(port ?? ""),
    named(from),
    named(to),
  ]);
  return table(head, rows);
}

/** The same for programs: a host without an address is a name that only others resolve. */
export function connectionsData({ flows, addresses }: Connections) {
  const hostsOf = (names: string[]) => names.map((host) => ({ host, address: addresses.get(host) ?? null }));
  return flows.map(({ name, protocol, port = null, from, to }) => ({
    ...{ name, protocol, port, from: hostsOf(from), to: hostsOf(to) },
  }));
}

/** One line per pair: what firewall software reads. Each connection is there once, whatever it is for. */
export function csvText({ flows, addresses }: Connections): string {
  const lines = flows.flatMap(({ name, protocol, port, from, to }) =>
    from.flatMap((source) =>
      to
        .filter((target) => target !== source)
        .map((target) => ({
          name,
          rest: [protocol, String(port ?? ""), addresses.get(source) ?? source, addresses.get(target) ?? target],
        })),
    ),
  );
  const rows = [...Map.groupBy(lines, ({ rest }) => rest.join())].map(([, same]) => [
    [...new Set(same.map(({ name }) => name))].join("; "),
    ...same[0]!.rest,
  ]);
  return [head.map((name) => name.toLowerCase()), ...rows].map((row) => row.map(quoted).join(",")).join("\n");
}

/** RFC 4180 */
const quoted = (field: string) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
