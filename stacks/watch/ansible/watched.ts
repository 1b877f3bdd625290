import { type WatchedHost, watchedHostSchema } from "../../../components/icinga/watched.ts";
import { type Domain, subnetHolding, subnetsOf } from "../../../core/domain.ts";
import { nearest } from "../../../core/nearest.ts";
import { listed, type Problem, shown } from "../../../core/problem.ts";
import { schemaProblems } from "../../../core/schema.ts";
import { placeText } from "../place.ts";
import { Sealed } from "../python-tags.ts";
import { checkKinds, checksOf, checkVariables, commaSeparated, truth } from "./checks.ts";
import type { AnsibleHost, Variable, Variables } from "./inventory.ts";

/** What places a host that says nothing itself. */
export interface Places {
  domains: readonly Domain[];
  /** Domains of groups that are not named like them; `all` for hosts that nothing else places. */
  groups: Readonly<Record<string, string>>;
}

const own = ["trivet_watch", "trivet_domain", "trivet_checks"];

/**
 * What Trivet takes from an Ansible host; undefined for one with `trivet_watch=false`, and for one with problems.
 *
 * | variable | means |
 * |---|---|
 * | `ansible_host`, formerly `ansible_ssh_host` | the address; the host's own name unless given |
 * | `ansible_port`, formerly `ansible_ssh_port` | the port of an `ssh` check, unless `trivet_ssh_port` gives it |
 * | `ansible_connection` | `local` leaves the host out: it is the machine that Ansible runs on, as is `localhost` |
 * | `trivet_domain` | its failure domain; else that of its group: by its name, or by the setting `watch.domains`; else the domain whose subnet holds the address; else that of `all` in `watch.domains` |
 * | `trivet_checks` | its checks, a list or comma separated: `ping, ssh`; an item may be a mapping: `{kind: http, port: 81}`; `ping` unless given |
 * | `trivet_<check>_<option>` | an option of a check: `trivet_http_port=8081`, `trivet_ping_warning="100ms,5%"`; see components/icinga/watched.ts |
 * | `trivet_watch` | `false` leaves the host out |
 *
 * Variables count wherever Ansible finds them: in the inventory, in `group_vars/` and `host_vars/` beside it. Its groups
 * become host groups in Icinga.
 */
export function watchedHost(
  host: AnsibleHost,
  places: Places,
  problems: Problem[],
  notes: string[],
): WatchedHost | undefined {
  const { variables } = host;
  if (isFalse(variables.get("trivet_watch")?.value)) return undefined;
  if (isLocal(host)) {
    notes.push(`${place(host)} is left out: it is the machine that Ansible runs on`);
    return undefined;
  }
  const before = problems.length;
  refuseUnknown(host, problems);
  const address = addressOf(host, problems);
  const checks = checksOf(askedChecks(variables.get("trivet_checks")), withPort(variables));
  const candidate = {
    name: host.name,
    address: address ?? "0.0.0.0",
    domain: domainOf(host, address, places, problems) ?? "unknown",
    groups: host.groups,
    checks: checks.map(({ check }) => check),
  };
  for (const { path, ...problem } of schemaProblems(watchedHostSchema, candidate)) {
    const [field, index, option] = path;
    const origin =
      field === "checks" && typeof index === "number" ? checks[index]?.origins.get(String(option)) : undefined;
    const name = origin?.name ?? { address: addressVariable(variables), checks: "trivet_checks" }[String(field)];
    problems.push({ where: place(host, name), ...problem });
  }
  return problems.length > before ? undefined : watchedHostSchema.parse(candidate);
}

const local = ["localhost", "127.0.0.1", "::1"];

/** Unless a name for the machine that Ansible runs on is given the address of another one. */
function isLocal({ name, variables }: AnsibleHost): boolean {
  const connection = variables.get("ansible_connection")?.value;
  const address = variables.get(addressVariable(variables) ?? "")?.value;
  return connection === "local" || local.includes(String(address ?? name));
}

/** Names of a variable, the one that Ansible prefers first. */
const addressVariables = ["ansible_ssh_host", "ansible_host"];
const portVariables = ["ansible_ssh_port", "ansible_port"];

const given = (variables: Variables, names: readonly string[]) =>
  names.find((name) => (variables.get(name)?.value ?? undefined) !== undefined);
const addressVariable = (variables: Variables) => given(variables, addressVariables);

/** With the port that Ansible reaches SSH at, where the host says no other for the check. */
function withPort(variables: Variables): Variables {
  const port = given(variables, portVariables);
  const connection = variables.get("ansible_connection")?.value ?? "ssh";
  if (port === undefined || !["ssh", "smart", "paramiko", "paramiko_ssh"].includes(String(connection)))
    return variables;
  return new Map([["trivet_ssh_port", variables.get(port)!], ...variables]);
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
  const address = addressVariable(host.variables);
  if (address) refuseTemplate(host, address, host.variables.get(address)!.value, problems);
}

/** What only Ansible can make a value of. */
const isForeign = (value: unknown) => value instanceof Sealed || (typeof value === "string" && /\{\{|\{%/.test(value));

function refuseTemplate(host: AnsibleHost, name: string, value: unknown, problems: Problem[]): void {
  if (value instanceof Sealed) {
    problems.push({
      where: place(host, name),
      given: "a value that Ansible Vault has encrypted",
      expected: "a value that can be read: Trivet has no key to the vault",
      mend: "write it out in a file of its own, or add trivet_watch=false to leave the host out",
    });
  }
  if (value instanceof Sealed || !isForeign(value)) return;
  problems.push({
    where: place(host, name),
    given: shown(value),
    expected: "the value itself: templates are Ansible's, and Trivet does not run Ansible",
    mend: "write the value out",
  });
}

function addressOf(host: AnsibleHost, problems: Problem[]): string | undefined {
  const variable = addressVariable(host.variables);
  if (variable !== undefined) {
    const { value } = host.variables.get(variable)!;
    return isForeign(value) ? undefined : String(value);
  }
  if (watchedHostSchema.shape.address.safeParse(host.name).success) return host.name;
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
  { domains, groups }: Places,
  problems: Problem[],
): string | undefined {
  const written = host.variables.get("trivet_domain")?.value;
  if (written !== undefined && written !== null) return String(written);
  const named = (group: string) => domains.find(({ name }) => name === group)?.name;
  const placing = host.groups.flatMap((group) => {
    const domain = groups[group] ?? named(group);
    return domain === undefined ? [] : [{ group, domain }];
  });
  if (new Set(placing.map(({ domain }) => domain)).size > 1) {
    const all = listed(placing.map(({ group }) => group));
    problems.push({
      where: place(host),
      given: placing.every(({ group, domain }) => group === domain)
        ? `a host in the groups ${all}, which are all named like failure domains`
        : `a host in the groups ${all}, which are different failure domains by watch.domains or by their names`,
      expected: "one failure domain",
      mend: "add trivet_domain=<domain>",
    });
    return undefined;
  }
  const found =
    placing[0]?.domain ??
    domains.find((domain) => address && subnetHolding(subnetsOf(domain), address))?.name ??
    groups.all;
  if (found === undefined && address !== undefined) {
    problems.push({
      where: place(host),
      given: `no trivet_domain, no group named like a failure domain, and an address in no domain's subnet (${address})`,
      expected: `one of the failure domains ${listed(domains.map(({ name }) => name))}`,
      mend: "add trivet_domain=<domain>, or name the domain of a group, or of all, under watch.domains",
    });
  }
  return found;
}
