import { join } from "node:path";
import { capacityConf, diskScript } from "../../../components/galera/capacity.ts";
import { checkScript } from "../../../components/galera/config.ts";
import type { Check, CheckFacts } from "../../../node/health/check.ts";
import type { HealthFacts } from "../../../node/health/judge.ts";
import { runScript } from "../../components/galera/script.ts";

/** What the scripts of today say of the same facts: for as long as there are both. */

const now = 1_795_000_000_000_000;
const onOff = (value: boolean) => (value ? "ON" : "OFF");

/** What `health` prints, and whether the node is fit. */
export async function healthByShell({ database, keeper, used, warning }: HealthFacts) {
  const { told, leaving, full, users } = keeper;
  const rows = database && {
    wsrep_cluster_status: database.clusterStatus,
    wsrep_local_state: database.localState,
    wsrep_local_state_comment: database.localStateComment,
    wsrep_ready: onOff(database.ready),
    wsrep_cluster_size: database.clusterSize,
    wsrep_cluster_state_uuid: database.clusterUuid,
    read_only: database.readOnly ? 1 : 0,
    time: database.time,
  };
  const { exitCode, stdout } = await runScript({
    script: "health",
    commands: {
      "disk-used": `echo ${used.toFixed(1)}`,
      mariadb: rows
        ? Object.entries(rows)
            .map(([name, value]) => `printf '%s\\t%s\\n' '${name}' '${value}'`)
            .join("\n")
        : "exit 1",
    },
    files: {
      "etc/hosts": "198.18.1.11 db1\n",
      "etc/galera/node.cnf": "extra_port = 3307\n",
      "etc/galera/running/capacity": capacityConf({ warning, full: 95, counted: 0 }),
      "etc/galera/clock": database
        ? `echo "${database.clock.offset.toFixed(3)} ${database.clock.said}"; exit ${database.clock.wrong ? 2 : 0}`
        : "",
      ...(full && { "run/full": "" }),
      ...(leaving && { "run/leaving": "" }),
      ...(users !== "made" && { "run/databases": users.failed ? `${users.failed}\n` : "" }),
      ...(told && { "run/waiting": JSON.stringify(told) }),
    },
  });
  return { fit: exitCode === 0, said: JSON.parse(stdout) };
}

const states = ["passing", "warning", "critical"] as const;

/** Runs a script of Consul's. */
async function byScript(text: string, mariadb: string, clock = "") {
  const { exitCode, stdout } = await runScript({
    // Any of the image's: its text is another one.
    script: "disk-used",
    commands: { main: text.replace("#!/bin/bash", ""), mariadb, date: `echo ${now}` },
    files: { "etc/galera/clock": clock },
    replace: { "set -u": `exec ${join("$(dirname $0)", "bin/main")}` },
  });
  return { state: states[exitCode ?? 3], said: stdout };
}

export async function checkByShell(facts: CheckFacts, othersWrite: boolean): Promise<Check> {
  const { database, used, full = 95 } = facts;
  if (!database) throw new Error("its words of a database that does not answer are those of MariaDB's client");
  const { clusterStatus, localState, ready, readOnly, clock } = database;
  const state = `${clusterStatus} ${localState} ${onOff(ready)} ${readOnly ? "read-only" : "writable"}`;
  const script = checkScript("/some.cnf", "$folder/etc/galera/clock", { nodes: ["198.18.2.11"], full });
  const mariadb = `
case "$*" in
*disk_used*) echo ${Math.floor(used)} ;;
*--host=198*) echo '${othersWrite ? "Primary 4 ON writable" : "Primary 2 ON writable"}' ;;
*) printf '%s\\t%s\\n' '${state}' ${now} ;;
esac`;
  return (await byScript(script, mariadb, `echo "0.000 ${clock.said}"; exit ${clock.wrong ? 2 : 0}`)) as Check;
}

export async function diskByShell(limits: { warning: number; full: number; used: number }): Promise<Check> {
  const script = diskScript("/some.cnf", { ...limits, counted: 0 });
  return (await byScript(script, `echo ${limits.used.toFixed(1)}`)) as Check;
}
