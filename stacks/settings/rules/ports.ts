import { listed, type Problem } from "../../../core/problem.ts";
import { listeners } from "../../ports.ts";
import { type DraftHost, withRole } from "../draft.ts";
import { entryPort } from "../entry.ts";
import { type Rule, repeated } from "./rule.ts";

/** Every service of a host shares its network, and all published ports of a lab share one machine's. */
export const portRules: Rule = (draft) => [
  ...draft.hosts.flatMap((host) => clashes(host, entryPort(draft))),
  ...published(draft),
];

function clashes(host: DraftHost, entry: number): Problem[] {
  const found = listeners(host.roles, entry);
  const ports = Map.groupBy(
    repeated(found, ({ protocol, port }) => `${port}/${protocol}`).filter(
      ({ thing, earlier }) => thing.role !== earlier.role,
    ),
    // Two roles may meet on several ports: that is one mistake.
    ({ thing, earlier }) => `${earlier.role} ${thing.role}`,
  );
  return [...ports.values()].map((met) => {
    const { thing, earlier } = met[0]!;
    return {
      where: `${host.path}.roles`,
      given: `${earlier.role} (${earlier.service}) and ${thing.role} (${thing.service}), which both listen on ${listed(met.map(({ thing: { port, protocol } }) => `${port}/${protocol}`))} of ${host.label}`,
      expected: "services of one host on different ports",
      mend: `give one of the two roles to another host${thing.role === "entry" ? ", or set another web.port" : ""}`,
    };
  });
}

const published: Rule = (draft) => {
  if (!draft.lab) return [];
  const ports = draft.hosts.flatMap((host) =>
    (host.publish ?? []).flatMap((entry, index) =>
      entry?.port
        ? [{ where: `${host.path}.publish[${index}]`, address: entry.address ?? "127.0.0.1", port: entry.port }]
        : [],
    ),
  );
  const [entry] = withRole(draft, "entry");
  if (entry && draft.web?.port) {
    ports.unshift({ where: "web.port", address: draft.web.address ?? "127.0.0.1", port: draft.web.port });
  }
  return ports.flatMap((thing, index) => {
    const earlier = ports
      .slice(0, index)
      .find((other) => other.port === thing.port && meet(other.address, thing.address));
    if (!earlier) return [];
    return [
      {
        where: thing.where,
        given: `port ${thing.port} of ${thing.address}, which ${earlier.where} publishes already`,
        expected: "a port of the machine for each published port",
        mend: "give one of the two another port",
      },
    ];
  });
};

/** 0.0.0.0 is every address. */
const meet = (a: string, b: string) => a === b || a === "0.0.0.0" || b === "0.0.0.0";
