import { networkOf, type Script, type Targets } from "./kind.ts";

/** What to drop, as `iptables` matches it without a target (`-p udp --dport 123`, or nothing for all), and in which direction. */
export interface Rule {
  direction: "in" | "out" | "forward";
  match: string;
}

/** Drops packets in the network of each host: rules by host, on all hosts of this endpoint. */
export const dropOn = (targets: Targets, rulesOf: (host: string) => Rule[]): Script =>
  dropIn(
    targets,
    targets.hosts.map((host) => ({ container: networkOf(targets, host), rules: rulesOf(host) })),
  );

/** Drops packets in the networks of some containers. */
export function dropIn({ mark }: Targets, networks: { container: string; rules: Rule[] }[]): Script {
  const all = networks.map(({ container }) => container).join(" ");
  return {
    inject: networks
      .map(({ container, rules }) =>
        [`filter set ${mark} ${container}`, ...rules.map(({ direction, match }) => `${direction} "${match}"`)].join(
          " ",
        ),
      )
      .join("\n"),
    injected: `filter there ${mark} ${all}`,
    heal: `filter end ${mark} ${all}`,
    healed: `filter ended ${mark} ${all}`,
  };
}

/** The same match in both directions. */
export const both = (match: string): Rule[] => [
  { direction: "in", match },
  { direction: "out", match },
];
