import test from "ava";
import { execa } from "execa";
import { connectionsData } from "../../../cli/commands/firewall.ts";
import { loadEnvironment } from "../../../cli/environment/settings.ts";
import { wantedHosts } from "../../../cli/environment/wanted.ts";
import { plansText } from "../../../cli/show/prepared.ts";
import { UserError } from "../../../core/errors.ts";
import { rulesText } from "../../../operations/prepare/firewall.ts";
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
    wantedHosts("staging", staging, "west1").map(({ name }) => name),
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
  t.throws(() => wantedHosts("staging", staging, "east1"), {
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
