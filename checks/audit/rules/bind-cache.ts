import { bind } from "../../../components/bind/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** Seconds, by option; BIND's own defaults are a week, three hours, a second and none. */
const LIMITS: Record<string, number> = {
  "max-cache-ttl": 2,
  "max-ncache-ttl": 1,
  "servfail-ttl": 0,
  "min-cache-ttl": 2,
};

/** BIND has no way to tell what it runs with, so its file is read, and must not be newer than what it loaded. */
export const bindCache: Rule = {
  name: "bind-cache",
  title: "a DNS server forgets an answer within two seconds",
  of: running(bind.name),
  ask: {
    script: `
conf=/etc/bind/named.conf
loaded=$(date -d "$(rndc status | sed -n 's/^last configured: //p')" +%s)
changed=$(stat -c %Y "$conf")
printf 'unloaded\\t%s\\n' $([ "$changed" -gt "$((loaded + 1))" ] && echo yes || echo no)
named-checkconf -p "$conf" | sed -nE 's/^\\s*(max-cache-ttl|max-ncache-ttl|servfail-ttl|min-cache-ttl) ([0-9]+);/\\1\\t\\2/p'`,
  },
  judge: each(({ said }) => {
    const found = Object.fromEntries(said.split("\n").map((line) => line.split("\t") as [string, string]));
    return [
      ...unless(
        found.unloaded !== "yes",
        "named.conf was changed since it was loaded",
        "the configuration that is loaded",
        "load it or replace the container: rndc reconfig",
      ),
      ...Object.entries(LIMITS).flatMap(([option, limit]) =>
        unless(
          option === "min-cache-ttl" ? Number(found[option] ?? 0) <= limit : Number(found[option]) <= limit,
          `${option} ${found[option] ?? "is not set"}`,
          `${limit} s at most`,
          "correct named.conf, then: rndc reconfig",
        ),
      ),
    ];
  }),
};
