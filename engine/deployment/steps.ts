import pLimit from "p-limit";
import { UserError } from "../../core/errors.ts";
import { type Checked, type Diff, noDiff, type Provider } from "../plugin/provider.ts";
import { dependenciesOf, type ResourceState } from "../state/resource.ts";
import { keepOld, parsePath, pathContains } from "../wire/paths.ts";
import { isProviderType, parseProviderReference, type Urn } from "../wire/urn.ts";
import { deepEqual, type Props, UNKNOWN } from "../wire/values.ts";
import { Aliases } from "./aliases.ts";
import type { Deployment } from "./deployment.ts";
import type { Goal } from "./goal.ts";
import { withoutInternal } from "./plugins.ts";

/** What has to be done so that a resource becomes as the program wants it. */
export type Step =
  | { op: "same"; state: ResourceState; old: ResourceState }
  | { op: "create"; state: ResourceState }
  | { op: "update"; state: ResourceState; old: ResourceState; diff: Diff }
  | {
      op: "replace";
      state: ResourceState;
      old: ResourceState;
      diff: Diff;
      /** The old resource goes before the new one comes. */
      deleteFirst: boolean;
      /** What has to go before the old resource can: resources that can't live without it, in the order of deletion. */
      dependents: ResourceState[];
    }
  | { op: "import"; state: ResourceState; old: ResourceState | undefined; id: string };

/** What is known of a goal before the step is chosen. */
interface Draft {
  goal: Goal;
  state: ResourceState;
  old: ResourceState | undefined;
  provider: Provider | undefined;
  /** It is to be taken over under the goal's `importId`. */
  imports: boolean;
  /** It is no target of the run: it stays as it is recorded. */
  kept?: boolean;
  /** The old resource had to make room when the provider was asked. */
  recreated: boolean;
  diff: Diff;
}

/**
 * Decides the step for each goal, from the prior state and the provider's Check and Diff. Providers are asked about many
 * goals at a time; steps are chosen one after the other, because a replacement may condemn resources of other goals.
 */
export class StepGenerator {
  readonly #deployment: Deployment;
  readonly #prior: ReadonlyMap<Urn, ResourceState>;
  readonly #aliases: Aliases;
  readonly #registered = new Map<Urn, ResourceState>();
  readonly #replaced = new Set<Urn>();
  /** Prior states that a replacement deletes first. */
  readonly #condemned = new Set<ResourceState>();
  readonly #turn = pLimit(1);

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#prior = new Map(
      deployment.snapshot.prior.filter((state) => !state.delete).map((state) => [state.urn, state]),
    );
    this.#aliases = new Aliases(this.#prior);
  }

  /** The new state of what the program registered so far. */
  get registered(): ReadonlyMap<Urn, ResourceState> {
    return this.#registered;
  }

  priorOf(urn: Urn): ResourceState | undefined {
    return this.#prior.get(urn);
  }

  /** Whether the program still has what a prior state records. */
  keeps(state: ResourceState): boolean {
    return this.#registered.has(state.urn) || this.#aliases.renamed.has(state.urn);
  }

  note(state: ResourceState): void {
    this.#registered.set(state.urn, state);
  }

  async generate(urn: Urn, goal: Goal, reference: string | undefined): Promise<Step> {
    const draft = await this.#compare(urn, goal, reference);
    return this.#turn(() => this.#decide(draft));
  }

  /** Asks the provider what would change. */
  async #compare(urn: Urn, asked: Goal, reference: string | undefined): Promise<Draft> {
    const provider = reference ? await this.#deployment.plugins.get(reference) : undefined;
    const old = this.#aliases.find(urn, asked, (candidate) => this.#registered.has(candidate));
    if (old && old.urn !== urn) this.#deployment.snapshot.rename(old.urn, urn);
    const goal = this.#asRecorded(urn, asked, old);
    const isTarget = this.#deployment.isTarget(urn) || !goal.custom;
    if (!isTarget && !isProviderType(goal.type)) {
      const kept = keptState(urn, old);
      this.note(kept);
      return {
        ...{ goal, state: kept, old, provider, kept: true },
        ...{ imports: false, recreated: false, diff: noDiff() },
      };
    }
    const state = this.#desired(urn, goal, reference, old);
    this.note(state);

    const imports = goal.importId !== undefined && (!old || old.external || (old.importID ?? old.id) !== goal.importId);
    const recreated = this.#isRecreated(old);
    const draft: Draft = { goal, state, old, provider, imports, recreated, diff: noDiff() };
    if (imports) return draft;
    const before = old && !recreated && !old.external ? old.inputs : undefined;
    if (goal.custom) state.inputs = await this.#check(urn, before, state.inputs, provider);
    if (before && old) draft.diff = await this.#diff(draft, old);
    return draft;
  }

  /** Chooses the step, in view of all steps chosen before. */
  async #decide(draft: Draft): Promise<Step> {
    const { goal, state, old, provider } = draft;
    const { urn } = state;
    if (draft.kept) return { op: "same", state, old: old! };
    if (draft.imports) return { op: "import", state, old, id: goal.importId! };
    if (!old) return { op: "create", state };
    if (old.external) return { op: "replace", state, old, diff: noDiff(), deleteFirst: false, dependents: [] };
    if (this.#isRecreated(old)) {
      // Condemned while the provider was asked: the answer was about a resource that goes away.
      if (!draft.recreated && goal.custom) state.inputs = await this.#check(urn, undefined, goal.inputs, provider);
      return { op: "replace", state, old, diff: noDiff(), deleteFirst: true, dependents: [] };
    }
    const forced = await this.#forcedReplacement(draft, old);
    const diff = forced
      ? { ...noDiff(), changes: "some" as const, properties: [forced], replaces: [forced] }
      : draft.diff;
    if (diff.changes === "none") {
      return old.initErrors?.length ? { op: "update", state, old, diff } : { op: "same", state, old };
    }
    if (diff.replaces.length === 0) return { op: "update", state, old, diff };

    if (old.protect) {
      throw new UserError(
        `It must be replaced (${diff.replaces.join(", ")}) and is protected. Take the option "protect" away and run up, then make the change.`,
      );
    }
    this.#replaced.add(urn);
    // Automatic names are chosen anew: the old resource may still hold its own.
    if (goal.custom) state.inputs = await this.#check(urn, undefined, goal.inputs, provider);
    const deleteFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    const dependents = deleteFirst ? await this.#dependents(old) : [];
    const outside = dependents.find(({ urn }) => !this.#deployment.isTarget(urn));
    if (outside) {
      throw new UserError(`It must be made anew, and ${outside.urn} with it, which this run is not to change.`);
    }
    if (deleteFirst) for (const condemned of [...dependents, old]) this.#condemned.add(condemned);
    return { op: "replace", state, old, diff, deleteFirst, dependents };
  }

  /** A provider that is no target is the one that is recorded: what stays belongs to it. */
  #asRecorded(urn: Urn, goal: Goal, old: ResourceState | undefined): Goal {
    if (!old || !isProviderType(goal.type) || this.#deployment.isTarget(urn)) return goal;
    return { ...goal, inputs: old.inputs };
  }

  /** Whether the old resource is gone already, or is going to be, to make room. */
  #isRecreated(old: ResourceState | undefined): boolean {
    return old !== undefined && (this.#condemned.has(old) || old.pendingReplacement === true);
  }

  /** The state as the goal alone makes it: options, and inputs before the provider's Check. */
  #desired(urn: Urn, goal: Goal, provider: string | undefined, old: ResourceState | undefined): ResourceState {
    const parent = goal.parent ? this.#registered.get(goal.parent) : undefined;
    const inputs = goal.ignoreChanges.reduce<Props>(
      (kept, path) => (old ? keepOld(kept, old.inputs, parsePath(path)) : kept),
      goal.inputs,
    );
    return {
      urn,
      custom: goal.custom,
      type: goal.type,
      inputs,
      outputs: {},
      parent: goal.parent,
      protect: goal.protect ?? parent?.protect,
      retainOnDelete: goal.retainOnDelete ?? parent?.retainOnDelete,
      dependencies: goal.dependencies,
      propertyDependencies: goal.propertyDependencies,
      provider,
      deletedWith: goal.deletedWith,
      replaceWith: goal.replaceWith,
      additionalSecretOutputs: goal.additionalSecretOutputs,
      aliases: this.#aliases.formerUrns(urn),
      customTimeouts: goal.customTimeouts,
      importID: goal.importId,
      ignoreChanges: goal.ignoreChanges,
      replaceOnChanges: goal.replaceOnChanges,
      hideDiff: goal.hideDiff,
      replacementTrigger: goal.replacementTrigger,
    };
  }

  /** @param olds the inputs whose automatic names are kept; for a new resource none, or those that a run was killed with */
  async #check(urn: Urn, olds: Props | undefined, news: Props, provider: Provider | undefined): Promise<Props> {
    const before = olds ?? this.#deployment.interrupted.get(urn)?.resource.inputs;
    const checked: Checked = provider
      ? await provider.check(urn, before ?? {}, news)
      : await this.#deployment.plugins.check(urn, before, news);
    if (checked.failures.length === 0) return checked.inputs;
    const reasons = checked.failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
    throw new UserError(reasons.join("; "));
  }

  async #diff({ goal, state, provider }: Draft, old: ResourceState): Promise<Diff> {
    if (isProviderType(state.type)) return this.#deployment.plugins.diff(state.urn, old, state.inputs);
    if (!provider) return { ...noDiff(), changes: deepEqual(old.inputs, state.inputs) ? "none" : "some" };
    const diff = await provider.diff(state.urn, old.id!, old.inputs, old.outputs, state.inputs, goal.ignoreChanges);
    return replacing(diff, goal.replaceOnChanges);
  }

  /** The option that makes it a new resource whatever its inputs say. */
  async #forcedReplacement({ goal, state, provider }: Draft, old: ResourceState): Promise<string | undefined> {
    if (goal.replaceWith.some((urn) => this.#replaced.has(urn))) return "replaceWith";
    if (goal.deletedWith && this.#replaced.has(goal.deletedWith)) return "deletedWith";
    const { replacementTrigger: trigger } = goal;
    if (trigger !== undefined && old.replacementTrigger !== undefined && !deepEqual(trigger, old.replacementTrigger)) {
      return "replacementTrigger";
    }
    if (await this.#isOtherProvider(state.provider, old.provider, provider)) return "provider";
    return undefined;
  }

  /** Another provider means another resource, unless its configuration says that it reaches the same ones. */
  async #isOtherProvider(
    reference: string | undefined,
    formerReference: string | undefined,
    provider: Provider | undefined,
  ): Promise<boolean> {
    if ((reference ?? "") === (formerReference ?? "")) return false;
    if (!reference || !formerReference || !provider) return true;
    const present = parseProviderReference(reference);
    const former = parseProviderReference(formerReference);
    if (this.#aliases.renamed.get(former.urn) === present.urn) return false;
    const before = this.#deployment.snapshot.prior.find(({ urn, id }) => urn === former.urn && id === former.id);
    const now = this.#registered.get(present.urn);
    if (!before || !now) return false;
    const [olds, news] = [withoutInternal(before.inputs), withoutInternal(now.inputs)];
    return (await provider.diffConfig(present.urn, olds, before.outputs, news)).replaces.length > 0;
  }

  /**
   * Prior resources that have to go before `root` can: those that would be replaced, too, if what they take from it
   * were not known. The last to depend comes first.
   */
  async #dependents(root: ResourceState): Promise<ResourceState[]> {
    const urns = new Set([root.urn]);
    const found: ResourceState[] = [];
    for (const state of this.#deployment.snapshot.remaining) {
      const settled = state === root || state.delete || this.#condemned.has(state) || this.#registered.has(state.urn);
      if (settled || isProviderType(state.type) || ![...dependenciesOf(state)].some((urn) => urns.has(urn))) continue;
      if (!(await this.#fallsWith(state, urns))) continue;
      if (state.protect) throw new UserError(`Its dependent ${state.urn} would have to be deleted and is protected.`);
      urns.add(state.urn);
      found.unshift(state);
    }
    return found;
  }

  async #fallsWith(state: ResourceState, urns: ReadonlySet<Urn>): Promise<boolean> {
    if (!state.custom || state.external || !state.provider) return false;
    if (urns.has(parseProviderReference(state.provider).urn)) return true;
    if (state.deletedWith && urns.has(state.deletedWith)) return true;
    const affected = Object.entries(state.propertyDependencies).filter(([, from]) =>
      from?.some((urn) => urns.has(urn)),
    );
    const unknown = affected.filter(([name]) => name in state.inputs).map(([name]) => [name, UNKNOWN]);
    // A mere `dependsOn` does not make it another resource.
    if (unknown.length === 0) return false;
    const inputs = { ...state.inputs, ...Object.fromEntries(unknown) };
    const provider = await this.#deployment.plugins.get(state.provider);
    const { ignoreChanges = [], replaceOnChanges = [] } = state;
    const diff = await provider.diff(state.urn, state.id!, state.inputs, state.outputs, inputs, ignoreChanges);
    return replacing(diff, replaceOnChanges).replaces.length > 0;
  }
}

/** With the properties among its replacing ones whose change the program calls a replacement. */
function replacing(diff: Diff, replaceOnChanges: string[]): Diff {
  if (diff.changes === "none" || replaceOnChanges.length === 0) return diff;
  const patterns = replaceOnChanges.map(parsePath);
  const asked = diff.properties.filter((property) =>
    patterns.some((pattern) => pathContains(pattern, parsePath(property))),
  );
  return { ...diff, replaces: [...new Set([...diff.replaces, ...asked])] };
}

/** What is no target of a run, as it is recorded. @throws {UserError} when it is not there yet */
function keptState(urn: Urn, old: ResourceState | undefined): ResourceState {
  if (old && !old.pendingReplacement) return { ...old, urn };
  throw new UserError("It is not there yet, and this run is not to change it: make all of it, or give its URN, too.");
}
