import { parseProviderReference, type Urn, urnParts } from "../wire/urn.ts";
import type { StoredDeployment, StoredResource } from "./format.ts";

/**
 * What is wrong with a state that is of the right form: resources of another stack, two of one URN, and those that need what is
 * not recorded before them.
 */
export function deploymentProblems(state: StoredDeployment, project: string, stack: string): string[] {
  const problems: string[] = [];
  const before = new Set<Urn>();
  const current = new Set<Urn>();
  for (const resource of state.resources ?? []) {
    const { urn } = resource;
    const owner = urnParts(urn);
    if (owner.stack !== stack || owner.project !== project) problems.push(`${urn} is of another stack`);
    if (!resource.delete && current.has(urn)) problems.push(`${urn} is there twice`);
    if (!resource.delete) current.add(urn);
    before.add(urn);
    for (const needed of neededBy(resource)) {
      if (!before.has(needed)) problems.push(`${urn} needs ${needed}, which is not recorded before it`);
    }
  }
  return problems;
}

/** As `dependenciesOf`, of a resource as it is stored: what is empty is left out there. */
function neededBy({ dependencies, propertyDependencies, parent, provider, deletedWith }: StoredResource): Set<Urn> {
  return new Set([
    ...(dependencies ?? []),
    ...Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
    ...(parent ? [parent] : []),
    ...(provider ? [parseProviderReference(provider).urn] : []),
    ...(deletedWith ? [deletedWith] : []),
  ]);
}
