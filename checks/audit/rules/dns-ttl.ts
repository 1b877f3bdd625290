import { api, consulServer } from "../../../components/consul/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

interface Facts {
  /** By service name; `*` is for all. */
  ttls: Record<string, string> | null;
  onlyPassing: boolean;
  /** Seconds that a negative answer may be believed. */
  negative: number;
}

const MEND = "correct dns_config in agent.json, and restart this server once the others are healthy";

export const dnsTtl: Rule = {
  name: "dns-ttl",
  title: "nobody believes a name of Consul's for longer than a second, and it never names an unfit node",
  of: running(consulServer.name),
  ask: {
    script: `curl -sf --max-time 3 ${api}/agent/self |
  jq -ce '.DebugConfig | {ttls: .DNSServiceTTL, onlyPassing: .DNSOnlyPassing, negative: .DNSSOA.Minttl}'`,
  },
  judge: each(({ said }) => {
    const { ttls, onlyPassing, negative } = JSON.parse(said) as Facts;
    const long = Object.entries(ttls ?? {}).filter(([, ttl]) => !["0s", "1s"].includes(ttl));
    return [
      ...unless(
        long.length === 0,
        `service_ttl ${long.map(([service, ttl]) => `${service}: ${ttl}`).join(", ")}`,
        "1 s at most: so long clients go on to a node that is gone",
        MEND,
      ),
      ...unless(onlyPassing, "only_passing = false", "true: a node whose check warns must not be named", MEND),
      ...unless(
        negative <= 1,
        `soa.min_ttl = ${negative}`,
        "1 s at most: so long nobody is told of the first fit node",
        MEND,
      ),
    ];
  }),
};
