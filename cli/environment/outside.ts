import pRetry from "p-retry";
import { bind } from "../../components/bind/facts.ts";
import { chrony } from "../../components/chrony/facts.ts";
import { icingaMaster } from "../../components/icinga/facts.ts";
import { recipientsFile } from "../../components/icinga/recipients.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { exec, type Said } from "../../hosts/exec.ts";
import type { Settings } from "../../stacks/settings.ts";

/** What the settings name that is no part of the environment, looked at from where it is used. */
interface Look {
  service: ServiceRecord;
  command: string[];
  /** Sentences of what does not answer, each after the name of the service that misses it. */
  missing(said: Said): string[];
}

/** How often a look is repeated that finds something missing: a time source needs some seconds after a start. */
const REPEATS = 4;
const PAUSE = 2_000;
/** Milliseconds for one look: a name server that is silent holds it up for 5 s, and there may be several. */
const LONG_ENOUGH = 20_000;

type Named = Pick<Settings, "dns" | "time" | "monitoring">;

/** Every look: at upstream DNS servers from each BIND, at time sources from the time hosts, at recipients from each master. */
export function looksOutside({ dns, time, monitoring }: Named, { services, time: { servers } }: Inventory): Look[] {
  const running = (service: string) => services.filter((record) => record.service === service);
  return [
    ...running(bind.name).flatMap((service) => dns.upstream.map((server, index) => askDns(service, server, index))),
    ...(time.upstream.length > 0
      ? running(chrony.name)
          .filter(({ host }) => servers.includes(host))
          .map((service) => askChrony(service, time.upstream))
      : []),
    ...(monitoring.notify.length > 0
      ? running(icingaMaster.name).map((service) => greetRecipients(service, monitoring.notify))
      : []),
  ];
}

function askDns(service: ServiceRecord, server: string, index: number): Look {
  return {
    service,
    command: ["dig", `@${server}`, ".", "NS", "+time=2", "+tries=1", "+noall", "+comments"],
    missing({ stdout }) {
      const status = /status: ([A-Z]+),/.exec(stdout)?.[1];
      if (status !== undefined && status !== "REFUSED") return [];
      return [`dns.upstream[${index}] ${server} ${status ? "answers REFUSED" : "does not answer"}`];
    },
  };
}

/** Fields of a line of `sources`: mode, state, name, stratum, interval, and in octal which of the last eight questions were answered. */
function askChrony(service: ServiceRecord, sources: readonly string[]): Look {
  return {
    service,
    command: ["chronyc", "-c", "-N", "-h", "/run/chrony/chronyd.sock", "sources", "-a"],
    missing({ code, stdout, stderr }) {
      if (code !== 0) return [`time.upstream can't be looked at: ${lastLine(stderr || stdout)}`];
      const reach = new Map(
        stdout
          .split("\n")
          .map((line) => line.split(","))
          .map((fields) => [fields[2], fields[5]]),
      );
      return sources.flatMap((source, index) =>
        Number(reach.get(source) ?? 0) > 0 ? [] : [`time.upstream[${index}] ${source} does not answer`],
      );
    },
  };
}

const lastLine = (text: string) => text.trim().split("\n").at(-1);

/** By the notifier's own means, which alone has their addresses. */
function greetRecipients(service: ServiceRecord, recipients: readonly { name: string }[]): Look {
  return {
    service,
    command: ["env", "PYTHONPATH=/usr/local/lib/trivet", "python3", "-m", "notifier.reach", recipientsFile],
    missing({ code, stdout, stderr }) {
      if (code !== 0) return [`monitoring.notify can't be looked at: ${lastLine(stderr)}`];
      const why: Record<string, string> = JSON.parse(stdout);
      return recipients.flatMap(({ name }, index) =>
        name in why ? [`monitoring.notify[${index}] ${name} can't be told: ${why[name]}`] : [],
      );
    },
  };
}

/**
 * What of all that the settings name outside of the environment does not answer, a sentence each: the environment is as it should be, but
 * somebody would miss it later.
 *
 * @param pause ms between two looks at what is missing
 */
export async function missingOutside(
  settings: Named,
  inventory: Inventory,
  run: (service: ServiceRecord, command: string[], timeout: number) => Promise<Said> = exec,
  pause = PAUSE,
): Promise<string[]> {
  const found = await Promise.all(
    looksOutside(settings, inventory).map(async ({ service, command, missing }) => {
      let latest: string[] = [];
      const look = async () => {
        latest = missing(await run(service, command, LONG_ENOUGH));
        if (latest.length > 0) throw new Error(latest[0]);
      };
      await pRetry(look, { retries: REPEATS, factor: 1, minTimeout: pause }).catch((error: Error) => {
        if (latest.length === 0) latest = [`what the settings name could not be looked at: ${error.message}`];
      });
      return latest.map((sentence) => ({ sentence, host: service.host }));
    }),
  );
  // The same, seen from several hosts, is one sentence.
  return [...Map.groupBy(found.flat(), ({ sentence }) => sentence)].map(
    ([sentence, seen]) => `${sentence} (asked from ${seen.map(({ host }) => host).join(", ")})`,
  );
}
