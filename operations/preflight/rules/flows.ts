import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { Reason, Tried } from "../look.ts";
import type { Subject } from "../subject.ts";
import { prepare, type Rule } from "./rule.ts";

const words: Record<string, string> = {
  silent: "no answer",
  refused: "refused",
  unreachable: "no way there",
  unresolved: "the name is not resolved",
};

/** What is closed, a finding for each target, ways of it that fail alike together. */
const closed: Rule = ({ tried, looks, subject }) => {
  const failed = tried.filter(({ result }) => result !== "open" && result !== "stalled");
  const ports = [
    ...Map.groupBy(failed, ({ to, result, protocol, port }) => `${to} ${result} ${protocol} ${port}`).values(),
  ];
  const alike = Map.groupBy(
    ports,
    (same) => `${same[0]!.to} ${same[0]!.result} ${same.map(({ from }) => from).join()}`,
  );
  return [...alike.values()].map((groups): Finding => {
    const all = groups.flat();
    const { to, result, target } = all[0]!;
    const own = looks.find(({ host }) => host.name === to);
    const sources = [...new Set(all.map(({ from }) => from))];
    const what = [...new Set(all.flatMap(({ flows }) => flows))].join(", ");
    const where = portsText(groups.map((same) => same[0]!));
    return {
      rule: own ? "flow-closed" : "outside-closed",
      severity: own || !result.startsWith("unresolved") ? "error" : "warning",
      host: own ? to : sources[0]!,
      given: `${where} of ${own ? to : target} from ${sources.join(", ")}: ${words[result] ?? result}`,
      expected: `open, for ${what}`,
      breaks: own ? `${what} would not pass` : outsideBreaks(what),
      mend: mendOf(own?.facts, all, subject),
    };
  });
};

const outsideBreaks = (what: string): string =>
  /^Notifications/.test(what)
    ? "nobody is told of problems"
    : /NTP/.test(what)
      ? "the site keeps a time of its own"
      : /DNS/.test(what)
        ? "names outside .consul are not resolved"
        : `${what} would not pass`;

/** `tcp 3306, 4567, udp 4567` */
function portsText(ports: readonly Pick<Tried, "protocol" | "port">[]): string {
  const byProtocol = Map.groupBy(ports, ({ protocol }) => protocol);
  return [...byProtocol]
    .map(([protocol, same]) =>
      protocol === "icmp"
        ? "ping"
        : `${protocol} ${[...new Set(same.map(({ port }) => port))].sort((a, b) => a - b).join(", ")}`,
    )
    .join(", ");
}

/** The command for the target's own firewall where that is known, else where to look. */
function mendOf(facts: HostFacts | undefined, all: readonly Tried[], subject: Subject): string {
  const { from, to, protocol, port, result } = all[0]!;
  const { hosts, environment } = subject;
  if (result === "unresolved") return "correct the name in the settings, or give the hosts a resolver that knows it";
  const everywhere = `let it through on each firewall in between (trivet firewall ${environment} --csv lists all)`;
  const source = hosts.find(({ name }) => name === from)?.address ?? from;
  if (protocol === "icmp" || !facts) return everywhere;
  const more = all.length > 1 ? `, and so for the other ${all.length - 1}` : "";
  if (facts.firewalls.includes("firewalld")) {
    return `sudo firewall-cmd --permanent --add-rich-rule='rule family=ipv4 source address=${source} port port=${port} protocol=${protocol} accept' && sudo firewall-cmd --reload${more}; else ${everywhere}`;
  }
  if (facts.firewalls.includes("ufw")) {
    return `sudo ufw allow proto ${protocol} from ${source} to any port ${port}${more}; else ${everywhere}`;
  }
  if (facts.firewalls.includes("trivet")) {
    return `${prepare(subject, { name: to })}, where its rules are older than the settings; else ${everywhere}`;
  }
  return everywhere;
}

/** What could not be tried: told once for each reason, as a warning where the host is known to filter. */
const untried: Rule = ({ untried: all, looks }) =>
  [
    ...Map.groupBy(
      all,
      ({ to, from, reason }) => `${reason.kind === "no-ping" ? from : to} ${JSON.stringify(reason)}`,
    ).values(),
  ].map((same): Finding => {
    const { to, from, reason } = same[0]!;
    const own = looks.find(({ host }) => host.name === to);
    const filters = own?.facts?.firewalls ?? [];
    const [why, mend] = untriedText(reason);
    return {
      rule: "flow-untried",
      severity: filters.length > 0 && reason.kind !== "held" ? "warning" : "notice",
      host: own && reason.kind !== "no-ping" ? to : from,
      given: `${portsText(same)} of ${[...new Set(same.map((each) => each.to))].join(", ")}: ${why}`,
      expected: `open, for ${[...new Set(same.flatMap(({ flows }) => flows))].join(", ")}`,
      breaks: `nothing that is known${filters.length > 0 ? `, but ${filters.join(" and ")} filters there` : ""}`,
      mend,
    };
  });

function untriedText(reason: Reason): [why: string, mend: string] {
  switch (reason.kind) {
    case "no-perl":
      return ["nobody listens there yet, and the probe can't without perl", "install perl there, and ask again"];
    case "no-ss":
      return ["who listens there can't be seen without ss", "install iproute2 (iproute on RHEL), and ask again"];
    case "no-ping":
      return ["there is no ping to ask with", "install iputils-ping (iputils on RHEL), and ask again"];
    case "not-root":
      return [
        `nobody listens there yet, and ${reason.user} may not: a port below 1024 is root's`,
        "ask as root, or allow the user sudo without a password",
      ];
    case "held":
      return [
        `by UDP, ${reason.program ?? "what listens there"} has no answer for a stranger`,
        "see that the firewalls in between let it through",
      ];
    case "failed":
      return [reason.why, "ask again; else see that the firewalls in between let it through"];
  }
}

export const flowRules: Rule[] = [closed, untried];
