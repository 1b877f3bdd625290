import { galera } from "../../../components/galera/facts.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory, ServiceRecord } from "../../../core/inventory.ts";
import { type Fault, plan } from "../../faults/index.ts";

/**
 * What the chaos suite has no fault for: it hurts containers as a whole, here it is the one process, and whatever stands
 * beside it in the container stays.
 */

function galeraOn({ services, environment }: Inventory, host: string): ServiceRecord {
  const found = services.find((record) => record.service === galera.name && record.host === host);
  if (!found) throw new UserError(`There is no database on "${host}" of ${environment}.`);
  return found;
}

/** kill -9 of mariadbd; what becomes of it is the image's own affair. */
export function killed(inventory: Inventory, host: string): Fault {
  const { endpoint, container } = galeraOn(inventory, host);
  // When a process began, in ticks since the machine did: no two of the name share it.
  const began = `docker exec ${container} sh -c 'cut -d " " -f 22 /proc/$(pgrep -xo mariadbd)/stat 2> /dev/null || true'`;
  return {
    id: `kill -9 mariadbd on ${host}`,
    name: "kill",
    endpoint,
    hosts: [host],
    inject: `${began} > "$FAULT"/began\ndocker exec ${container} pkill -KILL -x mariadbd || true`,
    injected: `now=$(${began}) || now=\n[ -s "$FAULT"/began ] && [ "$now" != "$(cat "$FAULT"/began)" ]`,
    heal: `processes raise ${container}`,
    healed: `processes risen ${container}`,
  };
}

/** SIGSTOP of mariadbd: it neither answers nor closes a connection. */
export function stopped(inventory: Inventory, host: string): Fault {
  const { endpoint, container } = galeraOn(inventory, host);
  const stands = `docker exec ${container} ps -o stat= -C mariadbd | grep -q ^T`;
  return {
    id: `SIGSTOP mariadbd on ${host}`,
    name: "sigstop",
    endpoint,
    hosts: [host],
    inject: `docker exec ${container} pkill -STOP -x mariadbd`,
    injected: stands,
    heal: `docker exec ${container} pkill -CONT -x mariadbd\nprocesses raise ${container}`,
    healed: `processes risen ${container} && ! ${stands}`,
  };
}

/** A share of a core, and processes beside mariadbd that want all of it; they end by themselves after `seconds`. */
export function starved(
  inventory: Inventory,
  host: string,
  { cpus, seconds }: { cpus: number; seconds: number },
): Fault {
  const { container } = galeraOn(inventory, host);
  const [fault] = plan(inventory, { fault: "cpu", hosts: [host], service: galera.name, with: { cpus } });
  const busy = `docker exec -d ${container} timeout ${seconds} bash -c 'while :; do :; done' trivet-busy`;
  const ended = `! docker exec ${container} pgrep -f trivet-busy > /dev/null`;
  return {
    ...fault!,
    id: `${cpus * 100} % of a core, with busy loops, on ${host}`,
    inject: `${fault!.inject}\n${busy}\n${busy}`,
    injected: `${fault!.injected}\ndocker exec ${container} pgrep -f trivet-busy > /dev/null`,
    heal: `docker exec ${container} pkill -KILL -f trivet-busy\n${fault!.heal}`,
    healed: `{ ${fault!.healed}; } && ${ended}`,
  };
}
