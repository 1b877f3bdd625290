import type { HostFacts } from "../facts.ts";
import { type HostFinding, isDatabase, ofHost, type Rule } from "./rule.ts";

/** Limits of the kernel and of containers. */

/** MariaDB's table_open_cache, two files a table, and some for itself: its own reckoning of open_files_limit. */
const TABLES = 2 * 2000 + 10;
/** The kernel's own default; systemd raises it on 64 bits. */
const PROCESSES = 32_768;
/** InnoDB's: 256 requests for each of its 4 readers and 4 writers, and 256 more. */
const AIO = 256 * (4 + 4) + 256;
/** The kernel's default. */
const SWAPPINESS = 60;

const setTo = ({ settings }: HostFacts, name: string): number | undefined => {
  const value = settings.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
};

const set = (name: string, value: number) =>
  `echo ${name}=${value} | sudo tee /etc/sysctl.d/60-trivet.conf && sudo sysctl --system`;

const files = ofHost(({ nofile }, host, { database: { connections } }): HostFinding[] => {
  const needed = Math.max(connections * 5, connections + TABLES);
  if (!nofile || !isDatabase(host) || nofile.hard >= needed) return [];
  return [
    {
      rule: "open-files",
      severity: "warning",
      given: `${nofile.hard} open files for a container`,
      expected: `${needed} at least, for ${connections} connections and MariaDB's cache of tables`,
      breaks: "MariaDB takes fewer connections than the settings say",
      mend: "LimitNOFILE=1048576 by: sudo systemctl edit containerd docker, then restart both",
    },
  ];
});

const processes = ofHost((facts): HostFinding[] => {
  const most = setTo(facts, "kernel.pid_max");
  if (most === undefined || most >= PROCESSES) return [];
  return [
    {
      rule: "processes",
      severity: "warning",
      given: `kernel.pid_max is ${most}`,
      expected: `${PROCESSES} at least`,
      breaks: "each connection is a thread: under load nothing can be started any more",
      mend: set("kernel.pid_max", 4_194_304),
    },
  ];
});

const aio = ofHost((facts, host): HostFinding[] => {
  const most = setTo(facts, "fs.aio-max-nr");
  const used = setTo(facts, "fs.aio-nr") ?? 0;
  if (most === undefined || !isDatabase(host) || most - used >= AIO) return [];
  return [
    {
      rule: "asynchronous-io",
      severity: "warning",
      given: `${Math.max(0, most - used)} of ${most} asynchronous requests are free (fs.aio-max-nr)`,
      expected: `${AIO} at least`,
      breaks: "InnoDB does without native asynchronous I/O, and is slower",
      mend: set("fs.aio-max-nr", 1_048_576),
    },
  ];
});

const swap = ofHost((facts, host): HostFinding[] => {
  const swappiness = setTo(facts, "vm.swappiness");
  if (swappiness === undefined || !isDatabase(host) || !facts.memory?.swap || swappiness <= SWAPPINESS) return [];
  return [
    {
      rule: "swappiness",
      severity: "warning",
      given: `vm.swappiness is ${swappiness}, with swap`,
      expected: `no more than ${SWAPPINESS}; 1 where only the database is at work`,
      breaks: "parts of the buffer pool are swapped out: a query waits for the disk, a node is taken for dead",
      mend: set("vm.swappiness", 1),
    },
  ];
});

const hugePages = ofHost((facts, host): HostFinding[] => {
  const memoryHeavy = isDatabase(host) || host.roles.includes("master");
  if (!memoryHeavy || !/\[always\]/.test(facts.settings.get("transparent_hugepage") ?? "")) return [];
  return [
    {
      rule: "huge-pages",
      severity: "notice",
      given: "transparent huge pages are on for every program",
      expected: "madvise or never",
      breaks: "MariaDB and Redis take more memory, and stand still for moments while pages are put together",
      mend: "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled (and transparent_hugepage=madvise on the kernel's command line)",
    },
  ];
});

export const kernelRules: Rule[] = [files, processes, aio, swap, hugePages];
