import { isIP } from "node:net";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { subnetHolding } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import { domainSchema } from "../../core/names.ts";
import { listed, report } from "../../core/problem.ts";
import { type Given, readGiven } from "../../stacks/init/given.ts";
import { labHosts, labPager, withRoles } from "../../stacks/init/hosts.ts";
import { domainName, placesAmong } from "../../stacks/init/places.ts";
import type { Plan, PlannedDomain, PlannedHost } from "../../stacks/init/plan.ts";
import { freeSubnets } from "../../stacks/init/subnets.ts";
import { readWatched, type Sighting } from "../../stacks/watch/index.ts";
import type { Asker, Question } from "./ask.ts";

/** Where a new environment comes to. */
export interface Site {
  /** The folder of the settings files. */
  folder: string;
  /** Where relative paths of the flags start. */
  cwd: string;
  /** What the other environments use. */
  used: { subnets: readonly string[]; ports: readonly number[] };
}

/** A plan, and what a person should know of it, a sentence each. */
export interface Gathered {
  plan: Plan;
  notes: string[];
}

/**
 * Everything that the settings of a new environment need: what is given, then what is asked.
 *
 * @throws {UserError} on what the inventories have wrong, and on hosts outside of all domains
 */
export async function gather(environment: string, given: Given, ask: Asker, site: Site): Promise<Gathered> {
  const isLab =
    given.lab ??
    (await ask.choice({
      message: "Where are the hosts?",
      options: [
        { name: "a lab on this machine", value: true, description: "Trivet makes them, each a container" },
        { name: "real hosts over SSH", value: false, description: "each with Docker" },
      ],
      default: given.host === undefined,
    }));
  const watch = await askWatched(given, ask, site);
  const watched = readAll(watch, site);
  const places = given.place ? [] : await askPlaces(given, watched.hosts, ask);
  const domains = await askDomains(given, ask, site, isLab, places);
  const groups = placements(given, places, domains);
  const placed = placeTheRest(watch, groups, domains, site);
  const notes = [...watched.notes, ...placed.notes];

  const named = new Set([...domains.map(({ name }) => name), ...watched.hosts.map(({ name }) => name)]);
  const hosts = await askHosts(given, ask, isLab, domains, named, placed.domains);
  const { ntp, dns, notify } = await askServers(given, ask, isLab);
  ask.done();
  if (isLab) {
    const missed = [
      ...(watched.hosts.length > 0 ? ["what is watched by an address of your network is shown as down"] : []),
      ...[
        ...(ntp.length > 0 ? ["--ntp"] : []),
        ...(dns.length > 0 ? ["--dns"] : []),
        ...(notify ? ["--notify"] : []),
      ].map((flag) => `what ${flag} names does not answer unless it is in the lab`),
    ];
    if (missed.length > 0) notes.push(`A lab reaches nothing outside of itself: ${listed(missed)}.`);
  }
  return {
    plan: {
      environment,
      domains,
      hosts,
      ...(isLab && { lab: { machines: [] } }),
      port: given.port ?? freePort(isLab ? site.used.ports : []),
      ntp,
      dns,
      ...(dns.length > 0 && notify && isName(notify) && { lookup: [new URL(notify).hostname] }),
      ...(notify ? { notify } : isLab && labPager(domains, hosts, named)),
      watch: { ...watch, domains: groups },
    },
    notes,
  };
}

/** What real hosts need of the world around them; of a lab's nothing is asked, since it has no way out. */
async function askServers(given: Given, ask: Asker, isLab: boolean) {
  const line = (message: string, flag: string, wrong: Question["wrong"] = listIsWrong(flag)) =>
    isLab ? Promise.resolve("") : ask.text({ message, flag, default: "", wrong });
  const ntp = given.ntp ?? words(await line("NTP servers of the outer world (none: a time of its own)", "--ntp"));
  const dns = given.dns ?? words(await line("DNS servers for all other names (none: only .consul resolves)", "--dns"));
  const isUnknown = (url: string) => (dns.length === 0 && isName(url) ? unknownName : undefined);
  const isWrong = (answer: string) => (answer ? (wrongOf({ notify: answer }) ?? isUnknown(answer)) : undefined);
  const notify =
    given.notify ?? (await line("Webhook that is told of problems (none: nobody is told)", "--notify", isWrong));
  if (notify && isUnknown(notify)) throw new UserError(`--notify ${notify}: ${unknownName}`);
  return { ntp, dns, notify };
}

const unknownName =
  "a name, which nobody resolves without a DNS server that knows it: give that by --dns, or the webhook by its address";

/** Whether a webhook is named, and so must be found by DNS. */
const isName = (url: string) => domainSchema.safeParse(new URL(url).hostname).success && !isIP(new URL(url).hostname);

const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== "");

/** What the flags' own check says of an answer. */
function wrongOf(given: Record<string, unknown>): string | undefined {
  try {
    readGiven("", given);
    return undefined;
  } catch (error) {
    return /expected: (.*)/.exec((error as Error).message)?.[1]?.replace(/^/, "expected ");
  }
}

const listIsWrong = (flag: string) => (answer: string) => wrongOf({ [flag.slice(2)]: words(answer) });

/** Files in the project are named from the settings' folder, so that a clone elsewhere finds them; others by their full path. */
function nameOf(file: string, { folder, cwd }: Site): string {
  const path = resolve(cwd, file);
  const inside = relative(dirname(folder), path);
  return inside.startsWith("..") || isAbsolute(inside) ? path : relative(folder, path);
}

async function askWatched(given: Given, ask: Asker, site: Site): Promise<{ ansible: string[]; hosts: string[] }> {
  const isAsked = given.inventory === undefined && given.hostsFile === undefined;
  const question = (message: string, flag: string) =>
    isAsked ? ask.text({ message, flag, default: "" }).then(words) : Promise.resolve([]);
  const inventory =
    given.inventory ?? (await question("Ansible inventories of what to watch (files or folders)", "--inventory"));
  const hostsFile = given.hostsFile ?? (await question("Trivet hosts files of what to watch", "--hosts-file"));
  const name = (file: string) => nameOf(file, site);
  return { ansible: inventory.map(name), hosts: hostsFile.map(name) };
}

type Files = Pick<Plan["watch"], "ansible" | "hosts">;

/** The domain of hosts for which nothing says one; no domain can be named so. */
const nowhere = "?";

/** What the files name, whatever the domains will be. */
function readAll(files: Files, { folder }: Site): { hosts: Sighting[]; notes: string[] } {
  const { hosts, problems, notes } = readWatched(files, { folder, domains: [], groups: { all: nowhere } });
  if (problems.length > 0) throw new UserError(report("What is to be watched", problems));
  return { hosts, notes };
}

/** The groups that are failure domains, and the domains that hosts name themselves; none when all are in one. */
async function askPlaces(given: Given, hosts: readonly Sighting[], ask: Asker): Promise<string[]> {
  const own = [...new Set(hosts.map(({ domain }) => domain).filter((domain) => domain !== nowhere))];
  const open = hosts.filter(({ domain }) => domain === nowhere);
  const found = open.length > 0 ? placesAmong(open) : undefined;
  if (!found) return own;
  const groups = [...new Set([...own, ...found])];
  // Of named domains those count that are named like a group.
  if (given.domain) return groups;
  return ask.choice({
    message: "What are the failure domains of the watched hosts?",
    options: [
      { name: `their groups ${found.join(", ")}`, value: groups },
      { name: "one for all of them", value: own },
    ],
    default: groups,
  });
}

/** In a lab three domains at the least, and one for people; real ones are the user's to name. */
async function askDomains(
  given: Given,
  ask: Asker,
  site: Site,
  isLab: boolean,
  places: string[],
): Promise<PlannedDomain[]> {
  if (given.domain) return given.domain.map(([name, subnet]) => ({ name, subnet }));
  const names: string[] = [];
  for (const place of places) names.push(domainName(place, names));
  if (!isLab) {
    const answer = await ask.text({
      message: `Failure domains, each with its subnet: name=subnet, …${names.length > 0 ? ` (watched hosts are in ${names.join(", ")})` : ""}`,
      flag: "--domain",
      wrong: (text) => wrongOf({ domain: words(text) }),
    });
    return (readGiven("", { domain: words(answer) }).domain ?? []).map(([name, subnet]) => ({ name, subnet }));
  }
  for (let count = 1; names.length < 3; count++) if (!names.includes(`fd${count}`)) names.push(`fd${count}`);
  names.push(domainName("office", names));
  const subnets = freeSubnets(names.length, site.used.subnets);
  if (subnets.length < names.length) {
    throw new UserError(
      "198.18.0.0/15 has no room for another lab beside the other environments: name subnets by --domain.",
    );
  }
  return names.map((name, index) => ({ name, subnet: subnets[index]! }));
}

/** The domains of groups: as given, else those of groups whose name as a domain's is another one. */
function placements(
  given: Given,
  places: readonly string[],
  domains: readonly PlannedDomain[],
): Record<string, string> {
  if (given.place) return Object.fromEntries(given.place);
  const named: string[] = [];
  return Object.fromEntries(
    places.flatMap((place) => {
      const name = domainName(place, named);
      named.push(name);
      return name !== place && domains.some((domain) => domain.name === name) ? [[place, name]] : [];
    }),
  );
}

/** Hosts that no group and no subnet places are watched from the first domain, which is said; and the domains of all. */
function placeTheRest(
  files: Files,
  groups: Record<string, string>,
  domains: readonly PlannedDomain[],
  { folder }: Site,
): { domains: Set<string>; notes: string[] } {
  const first = domains[0]?.name;
  const { hosts } = readWatched(files, { folder, domains, groups: { all: nowhere, ...groups } });
  const used = new Set(hosts.map(({ domain }) => domain));
  const left = hosts.filter(({ domain }) => domain === nowhere);
  if (left.length === 0 || first === undefined) return { domains: used, notes: [] };
  groups.all = first;
  const many = left.length === hosts.length ? `All ${left.length}` : `${left.length} of ${hosts.length}`;
  const some = `${left
    .slice(0, 3)
    .map(({ name }) => name)
    .join(", ")}${left.length > 3 ? ", …" : ""}`;
  return {
    domains: used.add(first),
    notes: [
      `${many} watched hosts are in no group or subnet of a failure domain (${some}): they are watched from ${first}. Place them by --place <group>=<domain>, or under watch.domains.`,
    ],
  };
}

async function askHosts(
  given: Given,
  ask: Asker,
  isLab: boolean,
  domains: readonly PlannedDomain[],
  taken: ReadonlySet<string>,
  watched: ReadonlySet<string>,
): Promise<PlannedHost[]> {
  if (isLab && !given.host) return labHosts(domains, taken, watched);
  const told = given.host ?? (await askRealHosts(ask, domains));
  const user = given.sshUser ?? "trivet";
  return withRoles(
    told.map(({ name, address, endpoint }) => ({
      name,
      domain: domainOf(name, address, domains),
      address,
      ...(!isLab && { endpoint: endpoint ?? `ssh://${user}@${address}` }),
      ...(isLab && endpoint && { endpoint }),
    })),
  );
}

type ToldHosts = NonNullable<Given["host"]>;

async function askRealHosts(ask: Asker, domains: readonly PlannedDomain[]): Promise<ToldHosts> {
  const wrong = (text: string) => wrongOf({ host: words(text) });
  const told: ToldHosts = [];
  for (const { name, subnet } of domains) {
    const answer = await ask.text({
      message: `Hosts in ${name} (${subnet}), two or more are good: name=address, …`,
      flag: "--host",
      wrong,
    });
    told.push(...(readGiven("", { host: words(answer) }).host ?? []));
  }
  if (domains.length === 0)
    await ask.text({ message: "Hosts, each with its address: name=address", flag: "--host", wrong });
  return told;
}

function domainOf(host: string, address: string, domains: readonly PlannedDomain[]): string {
  const found = domains.find(({ subnet }) => subnetHolding([subnet], address) !== undefined);
  if (found) return found.name;
  throw new UserError(
    `--host ${host}=${address}: expected an address in a domain's subnet (${domains.map(({ name, subnet }) => `${name} ${subnet}`).join(", ")}). Correct it, or add --domain.`,
  );
}

/** The first of 8080, 8090, … that no other environment publishes. */
function freePort(used: readonly number[]): number {
  let port = 8080;
  while (used.includes(port)) port += 10;
  return port;
}

/** Where the settings of an environment come to. */
export const settingsPath = (folder: string, environment: string) => join(folder, `Pulumi.${environment}.yaml`);
