import { readInventoryToLook } from "../environment/inventory.ts";
import { table } from "../show/table.ts";

/** Lists the connections that a site's firewall must let through, for those who run it. */
export async function firewall(environment: string, { csv, json }: { csv?: boolean; json?: boolean }): Promise<void> {
  const { flows, hosts } = await readInventoryToLook(environment);
  const addresses = new Map(hosts.map(({ name, address }) => [name, address]));
  const named = (names: string[]) => names.map((name) => `${name} ${addresses.get(name) ?? ""}`.trim());
  if (json) {
    const hostsOf = (names: string[]) => names.map((host) => ({ host, address: addresses.get(host) ?? null }));
    const list = flows.map(({ name, protocol, port = null, from, to }) => ({
      ...{ name, protocol, port, from: hostsOf(from), to: hostsOf(to) },
    }));
    return console.log(JSON.stringify({ environment, flows: list }));
  }
  const head = ["FOR", "PROTOCOL", "PORT", "FROM", "TO"];
  if (csv) {
    // One line per pair of hosts: what firewall software reads.
    const rows = flows.flatMap(({ name, protocol, port, from, to }) =>
      from.flatMap((source) =>
        to
          .filter((target) => target !== source)
          .map((target) => [
            name,
            protocol,
            String(port ?? ""),
            addresses.get(source) ?? source,
            addresses.get(target) ?? target,
          ]),
      ),
    );
    console.log([head.map((name) => name.toLowerCase()), ...rows].map((row) => row.map(quoted).join(",")).join("\n"));
    return;
  }
  const rows = flows.map(({ name, protocol, port, from, to }) => [
    name,
    protocol,
    String(port ?? ""),
    named(from).join("\n"),
    named(to).join("\n"),
  ]);
  console.log(table(head, rows));
}

/** RFC 4180 */
const quoted = (field: string) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
