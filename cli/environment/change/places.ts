import type { StoredDeployment } from "../../engine/engine.ts";

/** On which host a resource is, and in which failure domain. */
export interface Place {
  host: string;
  domain: string;
}

/** Tells where a resource is; undefined of one that belongs to no host: a key, a user, what all share. */
export type Places = (resource: { urn: string; name: string }) => Place | undefined;

/**
 * Reads places from what is recorded: the labels of what Docker has, the container that a resource of Trivet's own works in. What is not
 * there yet is named after its host.
 */
export function placesOf(
  state: StoredDeployment | undefined,
  hosts: readonly { name: string; domain: string }[],
): Places {
  const domains = new Map(hosts.map(({ name, domain }) => [name, domain]));
  const byUrn = new Map<string, Place>();
  const byContainer = new Map<string, Place>();
  const resources = state?.resources ?? [];
  for (const { urn, inputs } of resources) {
    const labels = labelsOf(inputs?.labels);
    const [host, domain] = [labels.get("io.trivet.host"), labels.get("io.trivet.domain")];
    if (host === undefined || domain === undefined) continue;
    byUrn.set(urn, { host, domain });
    if (typeof inputs?.name === "string") byContainer.set(inputs.name, { host, domain });
  }
  for (const { urn, inputs } of resources) {
    const place = typeof inputs?.container === "string" ? byContainer.get(inputs.container) : undefined;
    if (place) byUrn.set(urn, place);
  }
  const longestFirst = [...domains.keys()].sort((a, b) => b.length - a.length);
  return ({ urn, name }) => {
    const known = byUrn.get(urn);
    if (known) return known;
    // `db1-galera`, `image-galera-db1-present`, `db1` (the provider of its Docker)
    const host = longestFirst.find((host) => `-${name}-`.includes(`-${host}-`));
    return host === undefined ? undefined : { host, domain: domains.get(host)! };
  };
}

function labelsOf(labels: unknown): Map<string, string> {
  if (!Array.isArray(labels)) return new Map();
  return new Map(labels.flatMap(({ label, value }) => (typeof value === "string" ? [[label, value]] : [])));
}
