import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { subjectOf } from "../../cli/environment/subject.ts";
import { wantedHosts } from "../../cli/environment/wanted.ts";
import { runOn } from "../../hosts/ssh.ts";
import { judge, lookAt, tryFlows } from "../../operations/preflight/index.ts";
import { type Opening, rulesText } from "../../operations/prepare/firewall.ts";
import { apply, planFor, type Wanted } from "../../operations/prepare/index.ts";
import { allFlows, operator, people } from "../../stacks/flows-outside.ts";
import { settingsFile, settingsOf } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";
import { type LightBed, lightBed } from "./light.ts";

// The hosts of staging, at addresses of their own, with nothing on them but their firewalls. What runs on them is the matter of an
// environment that comes up behind these firewalls.

const NAME = "firewall";
const addresses = { "192.0.2.": "198.19.101.", "198.51.100.": "198.19.102.", "203.0.113.": "198.19.103." };
const folder = mkdtempSync(join(tmpdir(), "trivet-firewall-"));
/** A file of staging's, with these addresses. */
function moved(path: string): string {
  const to = join(folder, path);
  const text = readFileSync(join(dirname(settingsFile("staging")), path), "utf8");
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(
    to,
    Object.entries(addresses).reduce((changed, [from, own]) => changed.replaceAll(from, own), text),
  );
  return to;
}
moved("watched/staging.ini");
const file = moved("Pulumi.staging.yaml");
const environment = readSettings(settingsOf(file, readFileSync(file, "utf8")));
const { settings, watched } = environment;
const hosts = settings.hosts.map(({ name, address, endpoint }) => ({ name, address, endpoint: endpoint! }));
const flows = allFlows(settings, watched);
const wanted = new Map(wantedHosts(NAME, environment).map((host) => [host.name, host]));

/** Neighbours of declared ports, what else the product knows, and what people run besides. */
const OTHERS = [
  ...[21, 23, 25, 54, 81, 111, 122, 124, 443, 2049, 2375, 2376, 3305, 3307, 4443, 4445, 4566, 4570, 5353, 5432, 5664],
  ...[5666, 6379, 6381, 8080, 8299, 8303, 8443, 8500, 8501, 8502, 8600, 9090, 9100, 33060, 65535],
];
const PORTS = [...new Set([...flows.flatMap(({ port }) => port ?? []), ...OTHERS])].toSorted((a, b) => a - b);

/** From a host to a port of another one: `north1 south1 tcp 3306`. */
const way = (from: string, to: string, protocol: string, port: number) => `${from} ${to} ${protocol} ${port}`;

/** All that could be tried. */
const ways = hosts.flatMap((from) =>
  hosts
    .filter((to) => to !== from)
    .flatMap((to) =>
      (["tcp", "udp"] as const).flatMap((protocol) =>
        PORTS.map((port) => ({ from, to, protocol, port, key: way(from.name, to.name, protocol, port) })),
      ),
    ),
);

/** What the flows say: who comes from anywhere comes from a host, too. */
const declared = new Set(
  flows.flatMap((flow) => {
    const from = flow.from.some((name) => name === operator || name === people)
      ? hosts.map(({ name }) => name)
      : flow.from;
    return from.flatMap((source) =>
      flow.to.filter((to) => to !== source).map((to) => way(source, to, flow.protocol, flow.port ?? 0)),
    );
  }),
);

const open = ways.filter(({ key }) => declared.has(key));

/**
 * Tries all at once and prints those that are answered: `tcp,address,port`. Nobody need listen there, since a host without a firewall refuses
 * what nobody takes. It ends when as many have answered as are expected and others had a second, or after ten.
 */
const PROBE = `
use strict; use warnings; use Socket; use IO::Select; use Errno qw(EINPROGRESS); use Fcntl;
sub now() { open my $uptime, "<", "/proc/uptime" or die $!; (split / /, <$uptime>)[0] }
my ($expected, @wanted) = @ARGV;
my (%tcp, %udp, %answered);
for my $wanted (@wanted) {
  my ($protocol, $address, $port) = split /,/, $wanted;
  my $tcp = $protocol eq "tcp";
  socket(my $socket, PF_INET, $tcp ? SOCK_STREAM : SOCK_DGRAM, 0) or die "socket: $!";
  fcntl($socket, F_SETFL, O_NONBLOCK) or die "fcntl: $!";
  my $connected = connect($socket, pack_sockaddr_in($port, inet_aton($address)));
  if (!$tcp) { send $socket, "?", 0; $udp{fileno $socket} = [$socket, $wanted]; }
  elsif ($connected || $! == EINPROGRESS) { $tcp{fileno $socket} = [$socket, $wanted]; }
  else { $answered{$wanted} = 1; }
}
my $began = now;
my $again = $began + 0.5;
while (now < $began + 10 && (keys %answered < $expected || now < $began + 1)) {
  my ($readable, $writable) = IO::Select->select(
    IO::Select->new(map { $_->[0] } values %udp), IO::Select->new(map { $_->[0] } values %tcp), undef, 0.1);
  for my $socket (@{$writable || []}) {
    my (undef, $wanted) = @{delete $tcp{fileno $socket}};
    my $error = unpack "i", getsockopt $socket, SOL_SOCKET, SO_ERROR;
    $answered{$wanted} = 1 if $error == 0 || $error == Errno::ECONNREFUSED;
    close $socket;
  }
  for my $socket (@{$readable || []}) {
    my (undef, $wanted) = @{delete $udp{fileno $socket}};
    my $from = recv $socket, my $said, 512, 0;
    $answered{$wanted} = 1 if defined $from || $! == Errno::ECONNREFUSED;
    close $socket;
  }
  if (now > $again) { send $_->[0], "?", 0 for values %udp; $again += 0.5; }
}
print "$_\\n" for keys %answered;
print "end\\n";
`;

/** Those of some ways that pass. */
async function passing(tried: readonly (typeof ways)[number][], expected: ReadonlySet<string>): Promise<Set<string>> {
  const bySource = [...Map.groupBy(tried, ({ from }) => from)];
  const passed = bySource.map(async ([{ endpoint }, own]) => {
    const keys = new Map(own.map(({ to, protocol, port, key }) => [`${protocol},${to.address},${port}`, key]));
    const count = own.filter(({ key }) => expected.has(key)).length;
    const ran = await runOn(endpoint, ["perl", "-", String(count), ...keys.keys()], { stdin: PROBE });
    const lines = ran.stdout.trim().split("\n");
    if (lines.pop() !== "end") throw new Error(`the probe did not come to its end: ${ran.stderr}`);
    return lines.filter(Boolean).map((line) => keys.get(line)!);
  });
  return new Set((await Promise.all(passed)).flat());
}

/** Loads a host's rules as they are, without those that may be left out. */
async function load({ name, endpoint, openings }: Wanted, without?: Opening): Promise<void> {
  const rules = rulesText({
    ...{ environment: NAME, host: name, sshPorts: [22] },
    openings: openings.filter((opening) => opening !== without),
  });
  const { code, stderr } = await runOn(endpoint, ["sudo", "nft", "-f", "-"], { stdin: rules });
  if (code !== 0) throw new Error(`${name}: ${stderr}`);
}

let bed: LightBed;
test.before("the hosts are there, and the firewall between the sites lets all through", async () => {
  bed = await lightBed(NAME, settings);
  await execa("docker", ["exec", bed.router, "iptables", "-P", "FORWARD", "ACCEPT"]);
  // Else a host says only now and then that nobody takes a datagram.
  const often = ["sudo", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_msgs_per_sec=100000"];
  await Promise.all(hosts.map(({ endpoint }) => runOn(endpoint, often)));
});
test.after.always(async () => {
  rmSync(folder, { recursive: true });
  await bed?.down();
});

const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((key) => !b.has(key)).toSorted();

test.serial("without a firewall every way is open: the sweep sees it", async (t) => {
  const all = new Set(ways.map(({ key }) => key));
  t.log(`${all.size} ways between ${hosts.length} hosts`);
  t.deepEqual(difference(all, await passing(ways, all)), []);
});

test.serial("hosts prepare: default drop, with exactly the declared flows", async (t) => {
  await Promise.all(
    [...wanted.values()].map(async (host) => {
      const plan = await planFor(host);
      const changes = plan.changes.filter(({ kind }) => kind === "firewall");
      t.is(changes.length, 1);
      await apply({ environment: NAME }, { ...plan, changes });
    }),
  );
  const passed = await passing(ways, declared);
  const expected = new Set(open.map(({ key }) => key));
  t.true(expected.size > 100);
  t.deepEqual(difference(expected, passed), [], "declared, and closed");
  t.deepEqual(difference(passed, expected), [], "open, and not declared");
  t.log(`${passed.size} of ${ways.length} ways are open`);
});

test.serial(
  "each port that a host opens is taken away: exactly what it is named for fails, and preflight says so",
  async (t) => {
    const subject = subjectOf(NAME, environment);
    const looks = await Promise.all(subject.hosts.map((host) => lookAt(host)));
    const { tried, untried } = await tryFlows(subject, looks, () => {});
    t.deepEqual(
      judge({ subject, looks, tried, untried, links: [] }).filter(({ rule }) => /^flow/.test(rule)),
      [],
    );
    t.true(tried.length > 100);
    // One of each host at a time: their tables know nothing of each other. SSH of the operator has a rule of its own, see below.
    const openings = [...wanted.values()].map((host) => ({
      host,
      openings: host.openings.filter(({ protocol, port }) => protocol !== "icmp" && port !== 22),
    }));
    const rounds = Math.max(...openings.map(({ openings }) => openings.length));
    let taken = 0;
    for (let round = 0; round < rounds; round++) {
      const without = openings.flatMap(({ host, openings: own }) => {
        const opening = own[round];
        return opening ? [{ host, opening }] : [];
      });
      await Promise.all(without.map(({ host, opening }) => load(host, opening)));
      const isClosed = (to: string, protocol: string, port?: number) =>
        without.some(({ host, opening }) => host.name === to && opening.protocol === protocol && opening.port === port);
      const left = new Set(
        open.filter(({ to, protocol, port }) => !isClosed(to.name, protocol, port)).map(({ key }) => key),
      );
      t.true(left.size < open.length);
      const passed = await passing(open, left);
      t.deepEqual(difference(left, passed), [], "closed as well");
      t.deepEqual(difference(passed, left), [], "open still");
      const its = {
        ...subject,
        flows: subject.flows
          .map((flow) => ({ ...flow, to: flow.to.filter((name) => isClosed(name, flow.protocol, flow.port)) }))
          .filter(({ to }) => to.length > 0),
      };
      const trials = await tryFlows(its, looks, () => {});
      const findings = judge({ subject: its, looks, ...trials, links: [] });
      for (const { host, opening } of without) {
        const found = findings.filter(({ rule, host: at }) => rule === "flow-closed" && at === host.name);
        t.is(found.length, 1, `${host.name} ${opening.protocol} ${opening.port}`);
        t.true(
          found[0]!.given.startsWith(`${opening.protocol} ${opening.port} of ${host.name} from `),
          found[0]!.given,
        );
        for (const purpose of opening.purposes)
          t.true(found[0]!.expected.includes(purpose), `${found[0]!.expected}: ${purpose}`);
        t.regex(found[0]!.mend, new RegExp(`^trivet hosts prepare ${NAME} --host ${host.name} --apply`));
        taken++;
      }
      await Promise.all(without.map(({ host }) => load(host)));
    }
    t.log(`${taken} openings taken away in ${rounds} rounds`);
    t.is(
      taken,
      openings.reduce((sum, { openings }) => sum + openings.length, 0),
    );
  },
);

test.serial("without the operator's SSH nobody comes in anew, and the host takes the rules back", async (t) => {
  const host = wanted.get("west2")!;
  const plan = await planFor({ ...host, openings: host.openings.filter(({ port }) => port !== 22) });
  const [change] = plan.changes.filter(({ kind }) => kind === "firewall");
  t.truthy(change);
  const closed = { ...change!, text: (change as { text: string }).text.replace(/^ *tcp dport \{ 22 \} accept$/m, "") };
  await t.throwsAsync(
    apply({ environment: NAME }, { ...plan, changes: [closed as typeof change & object] }, () => {}, {
      confirmWithin: 8,
    }),
    {
      message: /no new SSH connection came through, so they were taken back after 8 s/,
    },
  );
  const { code } = await runOn(host.endpoint, ["true"], { anew: true, timeout: 15_000 });
  t.is(code, 0);
});
