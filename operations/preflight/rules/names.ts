import { type HostFinding, ofHost, type Rule } from "./rule.ts";

/** Names that programs ask the host's own resolvers for. */
const names = ofHost(({ names: seen, resolvers }): HostFinding[] => {
  const lost = [...seen].filter(([, address]) => address === undefined).map(([name]) => name);
  if (lost.length === 0) return [];
  return [
    {
      rule: "dns",
      severity: "error",
      given: `${lost.join(", ")} ${lost.length === 1 ? "is" : "are"} not resolved there, by ${resolvers.join(", ") || "no server at all"}`,
      expected: "an address",
      breaks: "chrony has no source of time by that name",
      mend: "correct /etc/resolv.conf, or name addresses under time.upstream in the settings",
    },
  ];
});

export const nameRules: Rule[] = [names];
