import { factsOf, type ServiceName } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { nearest } from "../../core/nearest.ts";

/**
 * The services of that name, on one host when it is given.
 *
 * @throws {UserError} when there is none
 */
export function findServices({ services, environment }: Inventory, service: string, host?: string): ServiceRecord[] {
  const named = services.filter((record) => record.service === service);
  if (named.length === 0)
    throw unknown(
      "service",
      service,
      services.map((record) => record.service),
      environment,
    );
  const found = named.filter((record) => !host || record.host === host);
  if (found.length === 0)
    throw unknown(
      "host",
      host!,
      named.map((record) => record.host),
      environment,
      ` with ${service}`,
    );
  return found;
}

/**
 * The container that a person means by a host: that of its main service, not its clock or its pod.
 *
 * @throws {UserError} when there is no such host, or nothing runs on it
 */
export function mainService({ services, hosts, environment }: Inventory, host: string): ServiceRecord {
  const there = services.filter((record) => record.host === host);
  const [main] = there.toSorted((a, b) => aside(a.service) - aside(b.service));
  if (!main)
    throw unknown(
      "host",
      host,
      hosts.map(({ name }) => name),
      environment,
    );
  return main;
}

function aside(service: ServiceName): number {
  const { kind, beside } = factsOf(service);
  return kind === "network" ? 2 : beside ? 1 : 0;
}

function unknown(kind: string, given: string, known: string[], environment: string, more = ""): UserError {
  const names = [...new Set(known)].sort();
  const meant = nearest(given, names);
  return new UserError(
    `"${environment}" has no ${kind} "${given}"${more}: expected one of ${names.join(", ")}.${meant ? ` Did you mean "${meant}"?` : ""}`,
  );
}
