import { galera, supervisor } from "../../../components/galera/facts.ts";
import { UserError } from "../../../core/errors.ts";
import { type Inventory, type ServiceRecord, servicesOf } from "../../../core/inventory.ts";
import { exec } from "../../../hosts/exec.ts";
import { type Fault, plan } from "../../faults/index.ts";

/** Galera's failure detection, each in seconds: what `SET GLOBAL wsrep_provider_evs_<name>` takes. */
export interface Evs {
  keepalive_period: number;
  inactive_check_period: number;
  suspect_timeout: number;
  inactive_timeout: number;
  install_timeout: number;
  join_retrans_period: number;
}

const names = [
  "keepalive_period",
  "inactive_check_period",
  "suspect_timeout",
  "inactive_timeout",
  "install_timeout",
  "join_retrans_period",
] as const satisfies (keyof Evs)[];

/** Read when a node starts: the library refuses to change it while it runs. */
const fixed = "inactive_check_period";
const changeable = names.filter((name) => name !== fixed);

/**
 * What a node has of which nothing is configured (galera-4 26.4.23, as MariaDB 11.8.6 shows it), as far as it can be set on one
 * that runs. (Galera's own inactive_check_period, 0.5 s, would find a silent node up to 0.4 s later than the `lan` profile's.)
 */
export const galeraDefaults: Omit<Evs, typeof fixed> = {
  keepalive_period: 1,
  suspect_timeout: 5,
  inactive_timeout: 15,
  install_timeout: 7.5,
  join_retrans_period: 1,
};

/**
 * What the nodes find a failure by. Time-outs are those that the environment's nodes were started with, or Galera's own; beside
 * each node stands its supervisor, or all of these are stopped (then nobody keeps the writer's name).
 */
export const profiles = {
  configured: { timeouts: "configured", supervised: true },
  default: { timeouts: "default", supervised: true },
  unsupervised: { timeouts: "configured", supervised: false },
  plain: { timeouts: "default", supervised: false },
} as const;
export type ProfileName = keyof typeof profiles;

/** @throws {UserError} when one is unknown */
export function chooseProfiles(names: readonly string[]): ProfileName[] {
  const unknown = names.find((name) => !(name in profiles));
  if (unknown === undefined) return names as ProfileName[];
  throw new UserError(
    `--profiles has "${unknown}": expected of ${Object.keys(profiles).join(", ")}, separated by commas.`,
  );
}

const variable = (name: keyof Evs) => `wsrep_provider_evs_${name}`;
const client =
  "mariadb --socket=/run/mysqld/mysqld.sock --user=root --connect-timeout=2 --skip-column-names --batch --execute";
/** Milliseconds. */
const READ = 5_000;

/** What every node has at this moment. @throws {UserError} when one does not tell, or they differ */
export async function readEvs(inventory: Inventory): Promise<Evs> {
  const nodes = servicesOf(inventory, galera.name);
  const all = await Promise.all(nodes.map(readOne));
  const other = all.findIndex((evs) => names.some((name) => evs[name] !== all[0]![name]));
  if (other > 0) {
    throw new UserError(
      `The database nodes differ in their EVS time-outs: ${nodes[0]!.host} has ${shown(all[0]!)}, ${nodes[other]!.host} has ${shown(all[other]!)}. ` +
        `Expected the same on all: restart the node that was changed by hand.`,
    );
  }
  return all[0]!;
}

async function readOne(service: ServiceRecord): Promise<Evs> {
  const question = `SHOW GLOBAL VARIABLES LIKE '${variable("" as never)}%'`;
  const { code, stdout, stderr } = await exec(service, [...client.split(" "), question], READ);
  const evs = code === 0 ? parseEvs(stdout) : undefined;
  if (evs) return evs;
  throw new UserError(
    `The database on ${service.host} does not tell its EVS time-outs: ${(stderr || stdout).trim() || "no answer"}. Expected a healthy environment: see "trivet status <environment>".`,
  );
}

/** Lines of name and value; undefined when one of ours is missing. */
export function parseEvs(text: string): Evs | undefined {
  const told = new Map(text.split("\n").map((line) => line.split("\t", 2) as [string, string]));
  const values = names.map((name) => [name, Number(told.get(variable(name)))] as const);
  return values.every(([, value]) => value > 0) ? (Object.fromEntries(values) as unknown as Evs) : undefined;
}

export const shown = (evs: Evs): string => names.map((name) => `${name} ${evs[name]}`).join(", ");

/**
 * The other time-outs on all nodes, as a fault: so the guard has on record how they are put back, whatever becomes of whoever
 * asked for it. To inject it once more reaches the nodes that were restarted meanwhile: those have `before` again.
 */
export function evsFaults(inventory: Inventory, wanted: Evs, before: Evs): Fault[] {
  const endpoints = Map.groupBy(servicesOf(inventory, galera.name), ({ endpoint }) => endpoint);
  return [...endpoints].map(([endpoint, nodes]) => {
    const each = (script: (container: string) => string) => nodes.map(({ container }) => script(container)).join("\n");
    return {
      id: `EVS time-outs on ${nodes.map(({ host }) => host).join(", ")}: ${shown(wanted)}`,
      name: "evs",
      endpoint,
      hosts: nodes.map(({ host }) => host),
      inject: each((container) => ask(container, setSql(wanted, before))),
      injected: each((container) => `[ "$(${ask(container, isSql(wanted))})" = 1 ] || exit 1`),
      heal: each((container) => `${ask(container, setSql(before, wanted))} || true`),
      // A node that does not answer is not there, or is being started with its own.
      healed: each((container) => `[ "$(${ask(container, isSql(before))} 2> /dev/null)" != 0 ] || exit 1`),
    };
  });
}

/** Supervisors stopped everywhere; none where the environment has none. */
export function supervisorFaults(inventory: Inventory): Fault[] {
  const service = supervisor.name;
  const hosts = servicesOf(inventory, service).map(({ host }) => host);
  return hosts.length ? plan(inventory, { fault: "stop", hosts, service }) : [];
}

const ask = (container: string, sql: string) => `timeout 5 docker exec ${container} ${client} '${sql}'`;

/**
 * The library holds install_timeout ≤ inactive_timeout and keepalive_period ≤ suspect_timeout / 3 at every step: so the limits go
 * up first and come down last.
 */
export function setSql(wanted: Evs, before: Evs): string {
  const limits = ["inactive_timeout", "suspect_timeout"] as const;
  const limited = changeable.filter((name) => !limits.some((limit) => limit === name));
  const steps: [keyof Evs, number][] = [
    ...limits.map((name) => [name, Math.max(wanted[name], before[name])] as [keyof Evs, number]),
    ...limited.map((name) => [name, wanted[name]] as [keyof Evs, number]),
    ...limits.toReversed().map((name) => [name, wanted[name]] as [keyof Evs, number]),
  ];
  return steps.map(([name, value]) => `SET GLOBAL ${variable(name)} = ${value}`).join("; ");
}

const isSql = (evs: Evs) =>
  `SELECT ${changeable.map((name) => `ABS(@@GLOBAL.${variable(name)} - ${evs[name]}) < 0.001`).join(" AND ")}`;
