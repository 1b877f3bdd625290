import type { ResourceState } from "../state/resource.ts";
import { makeUrn, type Urn, urnParts } from "../wire/urn.ts";
import type { Alias, Goal } from "./goal.ts";

/** Finds the prior state of a resource, under its own URN or a former one. */
export class Aliases {
  readonly #prior: ReadonlyMap<Urn, ResourceState>;
  /** Former URN → present URN, of what was found under an alias so far. */
  readonly #renamed = new Map<Urn, Urn>();

  constructor(prior: ReadonlyMap<Urn, ResourceState>) {
    this.#prior = prior;
  }

  get renamed(): ReadonlyMap<Urn, Urn> {
    return this.#renamed;
  }

  find(urn: Urn, goal: Goal, isTaken: (urn: Urn) => boolean): ResourceState | undefined {
    const own = this.#prior.get(urn);
    if (own) return own;
    const former = this.#candidates(urn, goal).find((candidate) => this.#prior.has(candidate) && !isTaken(candidate));
    if (!former) return undefined;
    this.#renamed.set(former, urn);
    return this.#prior.get(former);
  }

  /** The former URNs of a present one that were found in the state. */
  formerUrns(urn: Urn): Urn[] {
    return [...this.#renamed].filter(([, present]) => present === urn).map(([former]) => former);
  }

  #candidates(urn: Urn, goal: Goal): Urn[] {
    return [...goal.aliases.flatMap((alias) => this.#fromAlias(alias, urn, goal)), ...this.#fromParent(urn, goal)];
  }

  #fromAlias(alias: Alias, urn: Urn, goal: Goal): Urn[] {
    if ("urn" in alias) return [alias.urn];
    const own = urnParts(urn);
    const stack = alias.stack || own.stack;
    const project = alias.project || own.project;
    const parent = alias.noParent ? undefined : (alias.parent ?? goal.parent);
    const parents = parent ? [parent, ...this.formerUrns(parent)] : [undefined];
    return parents.map((each) => {
      const moved = each?.replace(/^urn:pulumi:.*?::.*?::/, `urn:pulumi:${stack}::${project}::`);
      return makeUrn(stack, project, moved, alias.type || goal.type, alias.name || goal.name);
    });
  }

  /** A renamed parent renames its children: also those whose names begin with its own. */
  #fromParent(urn: Urn, goal: Goal): Urn[] {
    if (!goal.parent) return [];
    const { stack, project } = urnParts(urn);
    const present = urnParts(goal.parent).name;
    return this.formerUrns(goal.parent).flatMap((formerParent) => {
      const former = urnParts(formerParent).name;
      const renamed = goal.name.startsWith(present) ? former + goal.name.slice(present.length) : goal.name;
      return [renamed, goal.name].map((name) => makeUrn(stack, project, formerParent, goal.type, name));
    });
  }
}
