import { chrony } from "../../components/chrony/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import type { ServiceName } from "../../components/services.ts";
import { type Inventory, type ServiceRecord, servicesOf } from "../../core/inventory.ts";
import { exec } from "../../hosts/exec.ts";
import type { Clock } from "./clock.ts";
import { parseChrony, parseDatabase, parseQuery } from "./parse.ts";

/** Milliseconds that one container may take for an answer. */
const TIMEOUT = 8_000;

/** Both bounded in time by chronyc itself: a second, twice as long at each of its three tries. */
const chronyScript = "chronyc -h 127.0.0.1 -c tracking && chronyc -h 127.0.0.1 -c sources";

/**
 * The client itself looks at the clock before and after: so the time that it takes to start is no doubt. Of a database that
 * does not answer: why it waits, where it does.
 */
const databaseScript = String.raw`timeout 5 mariadb --defaults-extra-file=/etc/trivet/galera/monitor.cnf \
  --socket=/run/mysqld/mysqld.sock --connect-timeout=2 --skip-column-names --batch 2>&1 << 'END'
\! echo before $(date +%s%6N)
SELECT 'time', TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6));
\! echo after $(date +%s%6N)
END
[ $? = 0 ] || jq -r '.state + ": " + .detail' /run/trivet/waiting`;

/**
 * Reads every clock of an environment against the time that its hosts agree on: each host's, what each time host serves,
 * and each database's. Never rejects: a clock that can't be read has an `error`.
 */
export async function readClocks(inventory: Inventory): Promise<Clock[]> {
  const of = (service: ServiceName) => servicesOf(inventory, service);
  const hosts = await Promise.all(of(chrony.name).map((record) => reading(record, chrony.name, readHost)));
  const hostOffset = (host: string) => hosts.find((clock) => clock.host === host)?.offset ?? 0;
  const served = of(chrony.name).filter(({ host }) => inventory.time.servers.includes(host));
  const asker = of(chrony.name).find(
    ({ host }) => !inventory.time.servers.includes(host) && !hosts.find((clock) => clock.host === host)?.error,
  );
  const [times, databases] = await Promise.all([
    Promise.all(
      served.map((record) =>
        reading(record, "ntp", async ({ address }) => {
          if (!asker) throw new Error("there is no host to ask it from");
          return { offset: hostOffset(asker.host) - (await query(asker, address)) };
        }),
      ),
    ),
    Promise.all(
      of(galera.name).map((record) =>
        reading(record, galera.name, async () => {
          const { offset, doubt } = await readDatabase(record);
          return { offset: offset + hostOffset(record.host), doubt };
        }),
      ),
    ),
  ]);
  return [...hosts, ...times, ...databases];
}

async function reading(
  record: ServiceRecord,
  service: Clock["service"],
  read: (record: ServiceRecord) => Promise<Partial<Clock>>,
): Promise<Clock> {
  const { host, domain } = record;
  try {
    return { host, domain, service, ...(await read(record)) };
  } catch (error) {
    const { message, statusCode } = error as Error & { statusCode?: number };
    // Docker's word for a container that is stopped or paused.
    return { host, domain, service, error: statusCode === 409 ? "the container does not run" : message };
  }
}

/** A host's clock, by its own chrony. @throws when it does not answer */
export async function readHost(chrony: ServiceRecord): Promise<Partial<Clock>> {
  const { stdout, stderr } = await exec(chrony, ["bash", "-c", chronyScript], TIMEOUT);
  return parseChrony(stdout || stderr);
}

/** How far the clock of `asker` is ahead of the time that `address` serves. @throws when that does not answer */
async function query(asker: ServiceRecord, address: string): Promise<number> {
  const command = ["timeout", "5", "chronyd", "-Q", "-t", "3", `server ${address} iburst maxsamples 1`];
  const { stdout, stderr } = await exec(asker, command, TIMEOUT);
  return parseQuery(stdout + stderr);
}

/** How far a database's clock is ahead of its host's. @throws when it does not answer */
export async function readDatabase(galera: ServiceRecord): Promise<{ offset: number; doubt: number }> {
  const { stdout, stderr } = await exec(galera, ["bash", "-c", databaseScript], TIMEOUT);
  return parseDatabase(stdout + stderr);
}
