import test from "ava";
import { execa } from "execa";
import { connectionsData } from "../../../cli/commands/firewall.ts";
import { loadEnvironment } from "../../../cli/environment/settings.ts";
import { wantedHosts } from "../../../cli/environment/wanted.ts";
import { plansText } from "../../../cli/show/prepared.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";
import { rulesText } from "../../../operations/prepare/firewall.ts";
import { planOf } from "../../../operations/prepare/index.ts";
import type { Seen } from "../../../operations/prepare/seen.ts";
import { flowsOf } from "../../../stacks/flows.ts";
import { outsideFlows, withinFlows } from "../../../stacks/flows-outside.ts";

const staging = await loadEnvironment("staging");
const wanted = wantedHosts("staging", staging);

test("hosts come domain by domain", (t) => {
  t.deepEqual(
    wanted.map(({ name }) => name),
    ["north1", "north2", "south1", "south2", "west1", "west2"],
  );
  t.deepEqual(
    wantedHosts("staging", staging, { only: "west1" }).map(({ name }) => name),
    ["west1"],
  );
});

test("together they open every declared connection, and nothing else", (t) => {
  const { settings, watched } = staging;
  const flows = [...flowsOf(settings, watched), ...withinFlows(settings, watched), ...outsideFlows(settings, watched)];
  const addresses = new Map([...watched, ...settings.hosts].map(({ name, address }) => [name, address]));
  const own = new Map(settings.hosts.map(({ name, address }) => [name, address]));
  const declared = connectionsData({ flows, addresses }).flatMap(({ protocol, port, from, to }) =>
    from.flatMap((source) =>
      to
        .filter(({ host }) => own.has(host) && host !== source.host)
        .map(({ host }) => `${protocol} ${port} ${source.address ?? "anybody"} > ${host}`),
    ),
  );
  const opened = wanted.flatMap(({ name, openings }) =>
    openings.flatMap(({ protocol, port = null, from }) =>
      (from === "anybody" ? ["anybody"] : from).map((source) => `${protocol} ${port} ${source} > ${name}`),
    ),
  );
  // A port that is open to anybody needs no more rules.
  const needed = declared.filter((line) => {
    const all = line.replace(/ \S+ >/, " anybody >");
    return line === all || !declared.includes(all);
  });
  t.deepEqual(opened.toSorted(), [...new Set(needed)].toSorted());
  t.true(opened.length > 100);
});

/** What is recorded of an environment that was brought up by these settings. */
function recordedOf({ settings, watched }: typeof staging): Inventory {
  const otherFlows = { outside: outsideFlows(settings, watched), within: withinFlows(settings, watched) };
  return { hosts: settings.hosts, watched, flows: flowsOf(settings, watched), otherFlows } as unknown as Inventory;
}

const bare: Seen = {
  ...{ os: "debian", systemd: true, tools: new Set(["dockerd", "docker", "nft"]), files: new Map(), sshPorts: [22] },
  ...{ sshd: { include: true }, swarm: false, dockerdFlags: "", clocks: [], firewalls: [], loaded: false },
  ...{ listeners: [], containers: [] },
};

test("what runs as the settings have it needs nothing more", (t) => {
  t.deepEqual(wantedHosts("staging", staging, { recorded: recordedOf(staging) }), wanted);
});

test("what runs by former settings keeps its connections until it is changed, and that is told", (t) => {
  const former = structuredClone(staging);
  const moved = former.settings.hosts.find(({ name }) => name === "south1")!;
  const address = moved.address;
  moved.address = "192.0.2.77";
  former.settings.hosts.push({ ...moved, name: "gone", address: "192.0.2.78" });
  const both = wantedHosts("staging", staging, { recorded: recordedOf(former) });
  const north = both.find(({ name }) => name === "north1")!;
  const database = north.openings.find(({ port }) => port === 4567)!;
  for (const from of [address, "192.0.2.77", "192.0.2.78"]) t.true(database.from.includes(from), from);
  t.deepEqual(north.declared, wanted.find(({ name }) => name === "north1")!.openings);
  const { leftOut, changes } = planOf(north, bare);
  t.true(changes.some((change) => change.kind === "firewall" && change.text.includes("192.0.2.78")));
  const told = leftOut.find((text) => text.includes("until trivet up staging"));
  t.regex(told ?? "", /tcp 4567 from 192\.0\.2\.77 and 192\.0\.2\.78/);
  t.false(told!.includes(address));
  t.deepEqual(
    planOf(wanted[0]!, bare).leftOut.filter((text) => text.includes("trivet up")),
    [],
  );
});

test("nft takes the rules of each host", async (t) => {
  const env = { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" };
  const all = wanted
    .map(({ environment, name, openings }) => rulesText({ environment, host: name, openings, sshPorts: [22] }))
    .join("");
  const ran = await execa("unshare", ["--net", "nft", "-c", "-f", "-"], { env, input: all, reject: false });
  if (/not found|No such file|Operation not permitted|unshare failed/.test(ran.stderr)) {
    t.log(`not tried: ${ran.stderr.trim()}`);
    return t.pass();
  }
  t.is(ran.stderr, "");
  t.is(ran.exitCode, 0);
});

test("a lab has no hosts to prepare, and names are checked", async (t) => {
  const dev = await loadEnvironment("dev");
  t.throws(() => wantedHosts("dev", dev), { instanceOf: UserError, message: /"dev" is a lab/ });
  t.throws(() => wantedHosts("staging", staging, { only: "east1" }), {
    instanceOf: UserError,
    message: /no host "east1".*north1/,
  });
});

test("a plan as people read it", (t) => {
  const text = plansText([
    {
      host: "north1",
      domain: "north",
      endpoint: "ssh://north1",
      changes: [{ kind: "clock", unit: "chrony", what: "stop and disable chrony", why: "two would pull" }],
      leftOut: ["the firewall: ufw is active\n  sudo ufw allow"],
      closes: ["tcp 9100 (exporter)"],
    },
    { host: "west1", domain: "west", endpoint: "ssh://west1", changes: [], leftOut: [], closes: [] },
  ]);
  t.is(
    text,
    `north1 (north)
  + stop and disable chrony
      two would pull
  ! closed to others from then on, since no flow names them: tcp 9100 (exporter)
  - left out: the firewall: ufw is active
      sudo ufw allow

west1 (west): prepared`,
  );
});
