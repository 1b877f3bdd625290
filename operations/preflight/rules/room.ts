import { poolShare, poolsIn } from "../../../components/galera/facts.ts";
import { gib, type HostFinding, isDatabase, ofHost, type Rule } from "./rule.ts";

/** Processors, memory and disks. */

/** Free bytes that images and logs want, as the set-up of a lab has it. */
const LEAST = 2 * 2 ** 30;
/** Percent of inodes in use. */
const INODES = { warning: 80, full: 95 };

const load = ofHost(({ load: seen, processors }): HostFinding[] => {
  if (!seen || !processors || seen.fifteen <= 2 * processors) return [];
  return [
    {
      rule: "load",
      severity: "warning",
      given: `a load of ${seen.fifteen} over 15 minutes, with ${processors} processor${processors === 1 ? "" : "s"}`,
      expected: `no more than ${2 * processors}`,
      breaks: "a node that gets no processor for a second is taken for dead by the others",
      mend: "see what is at work with: top. Move it, or give the host more processors",
    },
  ];
});

const memory = ofHost(({ memory: seen }, host, { database: { bufferPool } }): HostFinding[] => {
  // Those of a lab share one machine.
  const nodes = host.databases ?? (isDatabase(host) ? 1 : 0);
  const how = seen && poolsIn(seen.total, bufferPool * nodes);
  if (!seen || how === "well") return [];
  const fits = how === "tight";
  return [
    {
      rule: "memory",
      severity: fits ? "warning" : "error",
      given: `${gib(seen.total)} in all, for ${nodes > 1 ? `${nodes} buffer pools` : "a buffer pool"} of ${gib(bufferPool)}`,
      expected: `${nodes > 1 ? "together" : "a pool of"} ${poolShare * 100} % of it at most`,
      breaks: fits
        ? "connections and a state transfer need memory besides: the database may be killed"
        : "the database is killed when the pool fills",
      mend: "lower database.innodbBufferPoolSize in the settings, or give the host more memory",
    },
  ];
});

const disk = ofHost(({ disk: seen }, host, { database: { disk: limits, gcache } }): HostFinding[] => {
  if (!seen) return [];
  const size = limits.counted > 0 ? Math.min(limits.counted, seen.used + seen.available) : seen.used + seen.available;
  const percent = size > 0 ? Math.floor((100 * Math.max(0, size - seen.available)) / size) : 0;
  const needed = LEAST + (isDatabase(host) ? gcache : 0);
  const given = `${seen.folder} is ${percent} % full: ${gib(seen.available)} free`;
  const mend = "make room (docker system df tells what Docker holds), or give Docker a larger disk";
  if (percent >= limits.full || seen.available < needed) {
    const database = isDatabase(host) ? ", or the database takes no writes at once" : "";
    return [
      {
        rule: "disk-full",
        severity: "error",
        given,
        expected: `less than ${limits.full} %, and ${gib(needed)} free`,
        breaks: `images don't fit${database}`,
        mend,
      },
    ];
  }
  if (percent < limits.warning) return [];
  return [
    {
      rule: "disk-fills",
      severity: "warning",
      given,
      expected: `less than ${limits.warning} %`,
      breaks: `Icinga tells of it at once; from ${limits.full} % on a database takes no writes`,
      mend,
    },
  ];
});

const inodes = ofHost(({ inodes: seen, disk: place }): HostFinding[] => {
  // Some file systems have as many as they want, and say 0.
  if (!seen || seen.all === 0) return [];
  const percent = Math.floor((100 * (seen.all - seen.free)) / seen.all);
  if (percent < INODES.warning) return [];
  const full = percent >= INODES.full;
  return [
    {
      rule: "inodes",
      severity: full ? "error" : "warning",
      given: `${percent} % of the inodes of ${place?.folder ?? "Docker's disk"} are in use: ${seen.free} free`,
      expected: `less than ${INODES[full ? "full" : "warning"]} %`,
      breaks: 'no file can be made any more, though there is room ("No space left on device")',
      mend: "remove small files that nobody needs, or make a file system with more inodes",
    },
  ];
});

export const roomRules: Rule[] = [load, memory, disk, inodes];
