import { chrony } from "../../components/chrony/facts.ts";
import { galera, supervisor as supervisorService } from "../../components/galera/facts.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import type { Fault, FaultSpec } from "./fault.ts";

/**
 * Wrong clocks, real to the process: it runs under libfaketime, which reads its offset from a file. Neither the machine's clock
 * nor any other process is touched, and no image of the product contains the library: the guard brings it along.
 */

const library = "/usr/local/lib/libfaketimeMT.so.1";
const offsetFile = "/run/trivet-faketime";

/** What the entrypoint puts into the service's environment. The file is read again once a second. */
const environment = `LD_PRELOAD=${library}
FAKETIME_TIMESTAMP_FILE=${offsetFile}
FAKETIME_CACHE_DURATION=1
FAKETIME_DONT_FAKE_MONOTONIC=1
`;

/** The rate is said, too: libfaketime keeps the last one that it was given. */
const right = "+0 x1.0";

/**
 * One node's clock is off: `offset` (or `step`, which is the same to a running process: back when negative) in seconds, or
 * `drift`, the rate at which it runs from now on (1.05: gains 50 ms a second). With `restart` the node is started
 * anew with the wrong clock. With `supervisor` that of its supervisor is off by as much, and it has to do what takes time: its
 * connections are ended, so that it must find the database again.
 */
export function clock(spec: FaultSpec, inventory: Inventory): Fault[] {
  const { offset, step, drift, restart, supervisor } = spec.with ?? {};
  const by = Number(offset ?? step ?? 0);
  const rate = Number(drift ?? 1);
  if (!Number.isFinite(by) || !(rate > 0) || (by === 0) === (rate === 1) || (supervisor && rate !== 1)) {
    throw new UserError(
      `The fault "clock" is given ${JSON.stringify(spec.with ?? {})}; expected an offset in seconds such as { offset: 1900 }, or a rate such as { drift: 1.05 }.`,
    );
  }
  const what = rate === 1 ? `${by > 0 ? "+" : ""}${by} s` : `×${rate}`;
  const beside = supervisor ? records({ ...spec, service: undefined }, inventory, supervisorService.name) : [];
  return records(spec, inventory, galera.name).map((record, index) => {
    const own = beside.slice(index, supervisor ? index + 1 : 0);
    const set = (time: string) => [record, ...own].map((part) => setClock(part, time)).join("\n");
    const shows = restart ? isKeptOut(record) : `{ ${isOff(record, rate, by)}; } || ${isKeptOut(record)}`;
    return {
      id: `clock ${what}${restart ? " at a restart" : ""} ${record.service}${supervisor ? " and its supervisor" : ""} on ${record.host}`,
      name: "clock",
      endpoint: record.endpoint,
      hosts: [record.host],
      prepare: [record, ...own].map((part) => `(\n${underFaketime(part)}\n)`).join("\n"),
      inject: `${rate === 1 ? set(`${by < 0 ? "" : "+"}${by}s x1.0`) : startDrift(record, rate)}
${restart ? `docker restart -t 60 ${record.container}` : ""}${supervisor ? endConnections(record) : ""}`,
      injected: [`{ ${shows}; }`, ...own.map(isSupervised)].join(" &&\n"),
      heal: set(right),
      healed: [record, ...own]
        .map((part) => {
          const itself = part === record ? ` && ${isRight(record)}` : "";
          return `{ ! docker inspect ${part.container} > /dev/null || { docker exec ${part.container} cat ${offsetFile} | grep -qxF '${right}'${itself}; }; }`;
        })
        .join(" &&\n"),
      restore: [record, ...own].map((part) => `(\n${withoutFaketime(part)}\n)`).join("\n"),
    };
  });
}

/** Why a real host is made to tell no wrong time. */
export const whyNoRealLie =
  "chrony sets the clock of a real host: whoever believed the lie would keep a wrong clock, on hosts beyond those that are named";

/**
 * A time host that is sure of a wrong time (`offset` in seconds, 1900 unless given): without sources, a better stratum than
 * the others, under libfaketime.
 */
export function timeLying(spec: FaultSpec, inventory: Inventory): Fault[] {
  const offset = Number(spec.with?.offset ?? 1900);
  return records(spec, inventory, chrony.name).map((record) => {
    const { container } = record;
    const config = `${container}:/etc/trivet/chrony/chrony.conf`;
    return {
      id: `time-lying ${offset > 0 ? "+" : ""}${offset} s on ${record.host}`,
      name: "time-lying",
      endpoint: record.endpoint,
      hosts: [record.host],
      inject: `[ -s "$FAULT"/chrony.conf ] || docker cp ${config} "$FAULT"/chrony.conf
{ grep -E '^(allow|bindcmdaddress|cmdport)' "$FAULT"/chrony.conf; echo 'local stratum 3'; } > "$FAULT"/lying.conf
docker cp "$FAULT"/lying.conf ${config}
${putFaketime(container, `${offset < 0 ? "" : "+"}${offset}s x1.0`)}
docker restart -t 5 ${container}`,
      injected: `docker exec ${container} chronyc -h 127.0.0.1 -c tracking | grep -q ',3,'
there=$(docker exec -e LD_PRELOAD=${library} -e FAKETIME_TIMESTAMP_FILE=${offsetFile} ${container} date +%s)
[[ $there =~ ^[0-9]{1,12}$ ]] || exit 1
difference=$((there - $(date +%s)))
[ $((difference - ${Math.trunc(offset)})) -ge -5 ] && [ $((difference - ${Math.trunc(offset)})) -le 5 ]`,
      heal: `if [ -s "$FAULT"/chrony.conf ] && docker inspect ${container} > /dev/null; then
  docker cp "$FAULT"/chrony.conf ${config}
  ${dropFaketime(container)}
  docker restart -t 5 ${container}
fi`,
      healed: `! docker inspect ${container} > /dev/null || {
  docker exec ${container} sh -c '! grep -q "^local stratum 3$" /etc/chrony/chrony.conf && ! grep -q faketime /proc/1/environ /proc/[0-9]*/environ 2> /dev/null' &&
  docker exec ${container} health; }`,
    };
  });
}

function records({ fault, hosts, service }: FaultSpec, inventory: Inventory, only: string): ServiceRecord[] {
  if (service !== undefined && service !== only) {
    throw new UserError(`The fault "${fault}" is given the service "${service}"; expected "${only}".`);
  }
  return hosts.map((host) => {
    const record = inventory.services.find((one) => one.host === host && one.service === only);
    if (!record) throw new UserError(`The fault "${fault}" is given the host "${host}", which has no ${only}.`);
    return record;
  });
}

/** Puts text into a file of a container, whether it runs or not. */
const put = (container: string, text: string, path: string) =>
  `printf '%s\\n' '${text.trimEnd()}' > "$FAULT"/text && docker cp "$FAULT"/text ${container}:${path}`;

const putFaketime = (
  container: string,
  time: string,
) => `docker cp "$(find /usr/lib -name libfaketimeMT.so.1 | head -n 1)" ${container}:${library}
${put(container, time, offsetFile)}
${put(container, environment, "/etc/trivet/environment")}`;

/** An empty file is none. The library stays behind until the container is replaced: nothing loads it. */
const dropFaketime = (container: string) =>
  `: > "$FAULT"/text && docker cp "$FAULT"/text ${container}:/etc/trivet/environment`;

const restarted = ({ container }: ServiceRecord) => `docker restart -t 60 ${container}
for _ in {1..240}; do
  if docker exec ${container} health > /dev/null 2>&1; then exit 0; fi
  sleep 0.5
done
echo "${container} runs, but is not fit after two minutes" >&2
exit 1`;

const underFaketime = (record: ServiceRecord) => `${putFaketime(record.container, right)}
${restarted(record)}`;

/** After a run that was cut short the cluster may be on its way back: who leaves now holds that up. */
const backFirst = ({ container }: ServiceRecord) =>
  `timeout 60 bash -c 'until docker exec ${container} health > /dev/null 2>&1; do sleep 0.5; done' || true`;

const withoutFaketime = (record: ServiceRecord) => `docker inspect ${record.container} > /dev/null || exit 0
${backFirst(record)}
${dropFaketime(record.container)}
${restarted(record)}`;

const setClock = ({ container }: ServiceRecord, time: string) =>
  `if docker inspect ${container} > /dev/null; then ${put(container, time, offsetFile)}; fi`;

/** libfaketime counts a rate from when the process began; what that would be by now is taken off, so that nothing jumps. */
const startDrift = (
  record: ServiceRecord,
  rate: number,
) => `age=$(docker exec ${record.container} ps -o etimes= -C mariadbd | tr -d ' ')
offset=$(awk -v age="$age" 'BEGIN { printf "%+.1f", -age * (${rate} - 1) }')
printf '%s\\n' "\${offset}s x${rate}" > "$FAULT"/text && docker cp "$FAULT"/text ${record.container}:${offsetFile}`;

/** All have read the file by then (see FAKETIME_CACHE_DURATION). The name is that of the supervisor's user of the database. */
const endConnections = ({ container }: ServiceRecord) => `sleep 2
docker exec ${container} mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --batch -e "
  SELECT CONCAT('KILL CONNECTION ', id, ';') FROM information_schema.processlist WHERE user = 'trivet_supervisor'" |
  docker exec -i ${container} mariadb --socket=/run/mysqld/mysqld.sock --user=root --force`;

/** Its loop goes on, and it has its connections again. */
const isSupervised = ({ container }: ServiceRecord) => `docker exec ${container} health`;

/** Prints how far the database is ahead of the guard's clock, in whole seconds towards zero; fails when it does not answer. */
const skew = ({ container }: ServiceRecord) =>
  `timeout 3 docker exec ${container} mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --batch -e "SELECT TRUNCATE(TIMESTAMPDIFF(MICROSECOND, FROM_UNIXTIME($(date +%s.%N)), SYSDATE(6)) / 1000000, 0)"`;

const isOff = (record: ServiceRecord, rate: number, by: number) => `skew=$(${skew(record)})
[ "\${skew#-}" -ge ${rate === 1 ? Math.max(1, Math.floor(Math.abs(by)) - 1) : 1} ]`;

/** A database that starts with a wrong clock is not let in. It may have been started anew for another reason, too. */
const isKeptOut = ({ container }: ServiceRecord) => `docker exec ${container} health | grep -q '"state":"clock"'`;

/** A database that does not answer (it is being started) will have the time that its file tells. */
const isRight = (record: ServiceRecord) => `{ ! skew=$(${skew(record)}) || [ "$skew" = 0 ] || [ "$skew" = -0 ]; }`;
