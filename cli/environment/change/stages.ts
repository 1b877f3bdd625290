import { UserError } from "../../../core/errors.ts";
import { nearest } from "../../../core/nearest.ts";
import type { StoredDeployment } from "../../engine/engine.ts";
import type { Planned } from "./plan.ts";

/** One run of the engine within a change. */
export interface Stage {
  /** The domain that it brings to the new settings; undefined for what all share, and for what is left. */
  domain?: string;
  /** What it changes; undefined: all that still differs, and what is to go. */
  targets?: string[];
}

type Step = Pick<Planned, "op" | "urn" | "name" | "place">;
type StoredResource = NonNullable<StoredDeployment["resources"]>[number];

/**
 * One run for all, or first what all share, then one domain after the other, then what is left. A change that reaches one domain alone is
 * one run; so is one that makes new resources, since what they need of others is recorded nowhere yet: the program's own order and its
 * gates then take one node after the other.
 *
 * @param domains in the order in which they are to come
 */
export function stagesOf(
  planned: readonly Step[],
  state: StoredDeployment | undefined,
  domains: readonly string[],
): Stage[] {
  const touched = domains.filter((domain) =>
    planned.some(({ op, place }) => op !== "delete" && place?.domain === domain),
  );
  if (touched.length < 2 || planned.some(({ op }) => op === "create")) return [{}];
  const shared = sharedFirst(planned, state);
  return [
    ...(shared.length > 0 ? [{ targets: shared }] : []),
    ...touched.map((domain) => ({ domain, targets: targetsIn(planned, domain) })),
    {},
  ];
}

/**
 * What brings one domain alone to the new settings.
 *
 * @throws {UserError} when there is no such domain, or it needs what is not there yet
 */
export function stagesOfDomain(
  planned: readonly Step[],
  state: StoredDeployment | undefined,
  domain: string,
  domains: readonly string[],
): Stage[] {
  if (!domains.includes(domain)) {
    const meant = nearest(domain, domains);
    throw new UserError(
      `--domain ${domain}: there is no such failure domain, expected one of ${domains.join(", ")}.${meant ? ` Did you mean "${meant}"?` : ""}`,
    );
  }
  const created = planned.filter(({ op, place }) => op === "create" && place?.domain !== domain);
  if (created.length > 0) {
    throw new UserError(
      `--domain ${domain}: the settings also make what is outside of it and not there yet (${created.map(({ name }) => name).join(", ")}), ` +
        "which the others wait for. Leave --domain out, or take that out of the settings for now. Nothing was touched.",
    );
  }
  const shared = sharedFirst(planned, state);
  const targets = targetsIn(planned, domain);
  return [
    ...(shared.length > 0 && targets.length > 0 ? [{ targets: shared }] : []),
    ...(targets.length > 0 ? [{ domain, targets }] : []),
  ];
}

const targetsIn = (planned: readonly Step[], domain: string): string[] =>
  planned.filter(({ op, place }) => op !== "delete" && place?.domain === domain).map(({ urn }) => urn);

/** What all share and needs nothing of a host that changes: a password before those who use it. What ends a former one comes last. */
function sharedFirst(planned: readonly Step[], state: StoredDeployment | undefined): string[] {
  const changing = new Set(planned.filter(({ place }) => place !== undefined).map(({ urn }) => urn));
  const byUrn = new Map((state?.resources ?? []).map((resource) => [resource.urn as string, resource]));
  const waits = new Map<string, boolean>();
  const waitsForHost = (urn: string): boolean => {
    const known = waits.get(urn);
    if (known !== undefined) return known;
    waits.set(urn, false);
    const needed = neededBy(byUrn.get(urn));
    const result = needed.some((each) => changing.has(each) || waitsForHost(each));
    waits.set(urn, result);
    return result;
  };
  return planned
    .filter(({ op, place, urn }) => op !== "delete" && place === undefined && !waitsForHost(urn))
    .map(({ urn }) => urn);
}

const neededBy = (resource: StoredResource | undefined): string[] => [
  ...(resource?.dependencies ?? []),
  ...Object.values(resource?.propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
];
