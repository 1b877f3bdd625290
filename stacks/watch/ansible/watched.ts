import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { type WatchedHost, watchedHostSchema } from "../../../components/icinga/watched.ts";
import { nearest } from "../../../core/nearest.ts";
import { listed, type Problem, shown } from "../../../core/problem.ts";
import { schemaProblems } from "../../../core/schema.ts";
import { placeText } from "../place.ts";
import { checkKinds, checksOf, checkVariables, commaSeparated, truth } from "./checks.ts";
import type { AnsibleHost, Variable } from "./inventory.ts";

/** A failure domain, as far as the settings tell it. */
export interface Domain {
  name: string;
  subnet?: string;
}

const own = ["trivet_watch", "trivet_domain", "trivet_checks"];

/**
 * What Trivet takes from an Ansible host; undefined for one with `trivet_watch=false`, and for one with problems.
 *
 * | variable | means |
 * |---|---|
 * | `ansible_host` | the address; the host's own name when that is an address |
 * | `trivet_domain` | its failure domain; else the group that is named like a domain; else the domain whose subnet holds the address |
 * | `trivet_checks` | its checks, a list or comma separated: `ping, ssh`; an item may be a mapping: `{kind: http, port: 81}`; `ping` unless given |
 * | `trivet_<check>_<option>` | an option of a check: `trivet_http_port=8081`, `trivet_ping_warning="100ms,5%"`; see components/icinga/watched.ts |
 * | `trivet_watch` | `false` leaves the host out |
 *
 * Variables count wherever Ansible finds them: in the inventory, in `group_vars/` and `host_vars/` beside it. Its groups
 * become host groups in Icinga.
 */
export function watchedHost(
  host: AnsibleHost,
  domains: readonly Domain[],
  problems: Problem[],
): WatchedHost | undefined {
  const { variables } = host;
  if (isFalse(variables.get("trivet_watch")?.value)) return undefined;
  const before = problems.length;
  refuseUnknown(host, problems);
  const address = addressOf(host, problems);
  const checks = checksOf(askedChecks(variables.get("trivet_checks")), variables);
  const candidate = {
    name: host.name,
    address: address ?? "0.0.0.0",
    domain: domainOf(host, address, domains, problems) ?? "unknown",
    groups: host.groups,
    checks: checks.map(({ check }) => check),
  };
  for (const { path, ...problem } of schemaProblems(watchedHostSchema, candidate)) {
    const [field, index, option] = path;
    const origin =
      field === "checks" && typeof index === "number" ? checks[index]?.origins.get(String(option)) : undefined;
    const name = origin?.name ?? { address: "ansible_host", checks: "trivet_checks" }[String(field)];
    problems.push({ where: place(host, name), ...problem });
  }
  return problems.length > before ? undefined : watchedHostSchema.parse(candidate);
}

const isFalse = (value: unknown) => value === false || (typeof value === "string" && truth(value)[0] === false);

/** `watched/dev.ini:12 (host app3, trivet_http_port)`: the line where a variable was set, else the host's. */
function place({ name, place: ownPlace, variables }: AnsibleHost, variable?: string): string {
  const set = variable ? variables.get(variable) : undefined;
  return `${placeText(set?.place ?? ownPlace)} (host ${name}${variable ? `, ${variable}` : ""})`;
}

function askedChecks(variable?: Variable): unknown[] {
  if (!variable) return ["ping"];
  const { value } = variable;
  if (typeof value === "string") return commaSeparated(value);
  return Array.isArray(value) ? value : [value];
}

function refuseUnknown(host: AnsibleHost, problems: Problem[]): void {
  const known = [...own, ...checkVariables.keys()];
  for (const [name, { value }] of host.variables) {
    if (!name.startsWith("trivet_")) continue;
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      problems.push({
        where: place(host, name),
        given: `the unknown variable ${name}`,
        expected: `${listed(own)}, or trivet_<check>_<option> for the checks ${listed(checkKinds)}`,
        mend: meant ? `write ${meant}` : "remove it",
      });
    } else refuseTemplate(host, name, value, problems);
  }
  refuseTemplate(host, "ansible_host", host.variables.get("ansible_host")?.value, problems);
}

const isTemplate = (value: unknown): value is string => typeof value === "string" && value.includes("{{");

function refuseTemplate(host: AnsibleHost, name: string, value: unknown, problems: Problem[]): void {
  if (!isTemplate(value)) return;
  problems.push({
    where: place(host, name),
    given: shown(value),
    expected: "the value itself: templates are Ansible's, and Trivet does not run Ansible",
    mend: "write the value out",
  });
}

function addressOf(host: AnsibleHost, problems: Problem[]): string | undefined {
  const given = host.variables.get("ansible_host")?.value;
  if (isTemplate(given)) return undefined;
  if (given !== undefined && given !== null) return String(given);
  if (isIP(host.name)) return host.name;
  problems.push({
    where: place(host),
    given: "no ansible_host, and a name that is no address",
    expected: "an address to watch the host at",
    mend: "add ansible_host=<address>, or trivet_watch=false to leave the host out",
  });
  return undefined;
}

function domainOf(
  host: AnsibleHost,
  address: string | undefined,
  domains: readonly Domain[],
  problems: Problem[],
): string | undefined {
  const given = host.variables.get("trivet_domain")?.value;
  if (given !== undefined && given !== null) return String(given);
  const groups = host.groups.filter((group) => domains.some(({ name }) => name === group));
  if (groups.length > 1) {
    problems.push({
      where: place(host),
      given: `a host in the groups ${listed(groups)}, which are all named like failure domains`,
      expected: "one failure domain",
      mend: "add trivet_domain=<domain>",
    });
    return undefined;
  }
  const found = groups[0] ?? domains.find(({ subnet }) => subnet && address && holds(subnet, address))?.name;
  if (found === undefined && address !== undefined) {
    problems.push({
      where: place(host),
      given: `no trivet_domain, no group named like a failure domain, and an address in no domain's subnet (${address})`,
      expected: `one of the failure domains ${listed(domains.map(({ name }) => name))}`,
      mend: "add trivet_domain=<domain>",
    });
  }
  return found;
}

function holds(subnet: string, address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return false;
  const [network, bits] = ipaddr.IPv4.parseCIDR(subnet);
  return ipaddr.IPv4.parse(address).match(network, bits);
}
