import { randomUUID } from "node:crypto";
import { UserError } from "../../core/errors.ts";
import { InitFailure } from "../plugin/init-failure.ts";
import type { Provider } from "../plugin/provider.ts";
import { isEmpty } from "../state/checkpoint.ts";
import type { ResourceState } from "../state/resource.ts";
import {
  isProviderType,
  makeUrn,
  packageOf,
  providerReference,
  providerType,
  STACK_TYPE,
  type Urn,
} from "../wire/urn.ts";
import { deepEqual, isUnknown, type Props, secret, UNKNOWN, type Value } from "../wire/values.ts";
import type { Deployment } from "./deployment.ts";
import { bareGoal, type Goal, type ReadGoal } from "./goal.ts";
import { withoutInternal } from "./plugins.ts";
import type { Remover } from "./remover.ts";
import { type Step, StepGenerator } from "./steps.ts";

/** The inputs of a package's default provider, as the stack's settings give them. */
export type ProviderConfig = (pkg: string) => Props;

/** What a finished state does to the prior one: takes its place, or leaves it to be deleted at the end. */
interface Former {
  supersedes?: ResourceState;
  leaves?: ResourceState;
}

/** Does what the program's registrations ask for, and records it. */
export class Executor {
  readonly steps: StepGenerator;
  readonly #deployment: Deployment;
  readonly #remover: Remover;
  readonly #config: ProviderConfig;
  readonly #claimed = new Set<Urn>();
  readonly #defaultProviders = new Map<string, Promise<string>>();

  constructor(deployment: Deployment, remover: Remover, config: ProviderConfig) {
    this.#deployment = deployment;
    this.#remover = remover;
    this.#config = config;
    this.steps = new StepGenerator(deployment);
  }

  /** Brings one resource to its goal. A failure ends the deployment; here it shows as `Cancelled` or itself. */
  async register(asked: Goal): Promise<ResourceState> {
    const goal = withProviderVersion(asked);
    const urn = this.#claim(goal);
    this.#deployment.reporter.secrets.learn(goal.inputs);
    return this.#guarded(urn, async () => {
      const reference = await this.#providerOf(goal);
      if (isProviderType(goal.type)) this.#deployment.plugins.prepare(urn, goal.inputs);
      const step = await this.steps.generate(urn, goal, reference);
      const provider = reference ? await this.#deployment.plugins.get(reference) : undefined;
      await this.#execute(step, goal, provider);
      return step.state;
    });
  }

  /** Reads what exists outside of this stack into its state. */
  async read(goal: ReadGoal): Promise<ResourceState> {
    const urn = this.#claim(goal);
    return this.#guarded(urn, async () => {
      const reference = goal.provider ?? (await this.#defaultProvider(packageOf(goal.type), goal.version));
      const provider = await this.#deployment.plugins.get(reference);
      const old = this.steps.priorOf(urn);
      const state: ResourceState = {
        urn,
        custom: true,
        type: goal.type,
        id: goal.id,
        inputs: {},
        outputs: {},
        parent: goal.parent,
        external: true,
        provider: reference,
        dependencies: goal.dependencies,
        propertyDependencies: {},
        additionalSecretOutputs: goal.additionalSecretOutputs,
        created: old?.created ?? now(),
        modified: now(),
      };
      await this.#deployment.step("read", urn, async () => {
        if (!isUnknown(goal.id)) {
          const found = await provider.read(urn, goal.id, { outputs: goal.inputs });
          if (!found.id) throw new UserError(`There is no ${goal.type} with the id "${goal.id}".`);
          Object.assign(state, { id: found.id, inputs: found.inputs ?? {}, outputs: found.outputs });
        }
        this.steps.note(state);
        await this.#finish(state, old?.external ? { supersedes: old } : { leaves: old });
      });
      return state;
    });
  }

  async registerOutputs(urn: Urn, outputs: Props): Promise<void> {
    const state = this.steps.registered.get(urn);
    if (!state) throw new UserError(`Outputs came for ${urn}, which was not registered.`);
    // A program that failed half way has only half of its outputs: the former ones stay.
    if (state.type === STACK_TYPE && this.#deployment.stopped) return;
    if (deepEqual(state.outputs, outputs)) return;
    state.outputs = outputs;
    this.#deployment.snapshot.touch();
    await this.#deployment.snapshot.save();
  }

  /** The provider that an invoke goes to. */
  async providerFor(token: string, reference: string | undefined, version: string | undefined): Promise<Provider> {
    return this.#deployment.plugins.get(reference ?? (await this.#defaultProvider(packageOf(token), version)));
  }

  #claim({ parent, type, name }: Pick<Goal, "parent" | "type" | "name">): Urn {
    const { stack, project } = this.#deployment.options;
    const urn = makeUrn(stack, project, parent, type, name);
    if (this.#claimed.has(urn)) {
      const error = new UserError(`There are two resources with the URN ${urn}: give one of them another name.`);
      this.#deployment.fail(error, urn);
      throw error;
    }
    this.#claimed.add(urn);
    return urn;
  }

  async #guarded<T>(urn: Urn, work: () => Promise<T>): Promise<T> {
    this.#deployment.throwIfStopped();
    try {
      return await this.#deployment.track(work());
    } catch (error) {
      this.#deployment.fail(error, urn);
      throw error;
    }
  }

  async #providerOf(goal: Goal): Promise<string | undefined> {
    if (!goal.custom || isProviderType(goal.type)) return undefined;
    return goal.provider ?? this.#defaultProvider(packageOf(goal.type), goal.version);
  }

  #defaultProvider(pkg: string, version: string | undefined): Promise<string> {
    const name = `default${version ? `_${version.replace(/[.+-]/g, "_")}` : ""}`;
    const key = `${pkg}/${name}`;
    const known = this.#defaultProviders.get(key);
    if (known) return known;
    const goal: Goal = { ...bareGoal(providerType(pkg), name, this.#config(pkg)), version };
    const reference = this.register(goal).then(({ urn, id }) => providerReference(urn, id!));
    this.#defaultProviders.set(key, reference);
    return reference;
  }

  async #execute(step: Step, goal: Goal, provider: Provider | undefined): Promise<void> {
    if (step.op === "same") return this.#same(step);
    const work = (): Promise<void> => {
      if (step.op === "create") return this.#create(step.state, provider);
      if (step.op === "update") return this.#update(step, goal, provider);
      if (step.op === "replace") return this.#replace(step, provider);
      return this.#import(step, goal, provider!);
    };
    const told = "diff" in step ? { diff: step.diff.properties } : {};
    await this.#deployment.step(step.op, step.state.urn, work, told);
  }

  async #same({ state, old }: Step & { op: "same" }): Promise<void> {
    const { id, outputs, created, modified, initErrors } = old;
    Object.assign(state, { id, outputs, created, modified, initErrors });
    if (isProviderType(state.type)) await this.#deployment.plugins.configure(state.urn, id!, state.inputs);
    await this.#finish(state, { supersedes: old }, differs(state, old));
    this.#deployment.reporter.same(state.urn);
  }

  async #create(state: ResourceState, provider: Provider | undefined, former: Former = {}): Promise<void> {
    const { options, plugins } = this.#deployment;
    let failure: InitFailure | undefined;
    if (isProviderType(state.type)) {
      state.id = options.dryRun ? UNKNOWN : randomUUID();
      state.outputs = withoutInternal(state.inputs);
      await plugins.configure(state.urn, state.id, state.inputs);
    } else if (provider) {
      const timeout = state.customTimeouts?.create ?? 0;
      try {
        const created = await this.#deployment.operate("creating", state, () =>
          provider.create(state.urn, state.inputs, timeout, options.dryRun),
        );
        if (!created.id && !options.dryRun) throw new UserError("The provider created it and gave it no id.");
        Object.assign(state, created);
      } catch (error) {
        if (!(error instanceof InitFailure) || !error.id) throw error;
        failure = error;
        Object.assign(state, { id: error.id, outputs: error.outputs, initErrors: error.reasons });
      }
    }
    state.created = now();
    state.modified = state.created;
    if (!options.dryRun) this.#deployment.resolveInterrupted(state.urn);
    await this.#finish(state, former);
    if (failure) throw failure;
  }

  async #update(step: Step & { op: "update" }, goal: Goal, provider: Provider | undefined): Promise<void> {
    const { state, old } = step;
    const { options, plugins } = this.#deployment;
    let failure: InitFailure | undefined;
    Object.assign(state, { id: old.id, created: old.created, modified: now() });
    if (isProviderType(state.type)) {
      state.outputs = withoutInternal(state.inputs);
      await plugins.configure(state.urn, state.id!, state.inputs);
    } else if (provider) {
      const timeout = state.customTimeouts?.update ?? 0;
      try {
        state.outputs = await this.#deployment.operate("updating", state, () =>
          provider.update(state.urn, state.id!, old, state.inputs, timeout, goal.ignoreChanges, options.dryRun),
        );
      } catch (error) {
        if (!(error instanceof InitFailure)) throw error;
        failure = error;
        Object.assign(state, { outputs: error.outputs, initErrors: error.reasons });
      }
    } else state.outputs = old.outputs;
    await this.#finish(state, { supersedes: old });
    if (failure) throw failure;
  }

  async #replace(step: Step & { op: "replace" }, provider: Provider | undefined): Promise<void> {
    const { state, old, deleteFirst, dependents } = step;
    if (!deleteFirst) return this.#create(state, provider, { leaves: old });
    for (const dependent of dependents) await this.#remover.clear(dependent);
    await this.#remover.clear(old);
    return this.#create(state, provider, { supersedes: old });
  }

  async #import(step: Step & { op: "import" }, goal: Goal, provider: Provider): Promise<void> {
    const { state, old, id } = step;
    const found = await this.#deployment.operate("importing", state, () =>
      provider.read(state.urn, id, { outputs: {} }),
    );
    if (!found.id) throw new UserError(`There is no ${state.type} with the id "${id}" to import.`);
    const present = found.inputs ?? {};
    const { inputs } = await provider.check(state.urn, present, goal.inputs);
    const diff = await provider.diff(state.urn, found.id, present, found.outputs, inputs, goal.ignoreChanges);
    if (diff.changes === "some") {
      throw new UserError(
        `What exists as "${id}" differs from the program in: ${diff.properties.join(", ")}. Change the program to what is there, import, then change it.`,
      );
    }
    Object.assign(state, { id: found.id, inputs, outputs: found.outputs, created: now(), modified: now() });
    await this.#finish(state, { leaves: old });
  }

  async #finish(state: ResourceState, former: Former = {}, worthSaving = true): Promise<void> {
    markSecretOutputs(state);
    this.#deployment.reporter.secrets.learn(state.outputs);
    if (former.leaves) former.leaves.delete = true;
    this.#deployment.snapshot.finish(state, former.supersedes, worthSaving);
    await this.#deployment.snapshot.save();
  }
}

/** The version of a provider is one of its inputs; `__internal` beside it tells Pulumi that its engine put it there. */
function withProviderVersion(goal: Goal): Goal {
  const { type, version, inputs } = goal;
  if (!isProviderType(type) || !version || inputs.version !== undefined) return goal;
  return { ...goal, inputs: { ...inputs, __internal: {}, version } };
}

const now = (): string => new Date().toISOString();

/** `additionalSecretOutputs`: what the provider does not know to be a secret. */
export function markSecretOutputs(state: ResourceState): void {
  for (const name of state.additionalSecretOutputs ?? []) {
    const value = state.outputs[name];
    if (value !== undefined) state.outputs = { ...state.outputs, [name]: secret(value) };
  }
}

/** Whether an unchanged resource is recorded otherwise than before: its options, its place, its defaults. */
function differs(state: ResourceState, old: ResourceState): boolean {
  const ignored = new Set(["created", "modified", "sourcePosition", "stackTrace"]);
  const names = new Set([...Object.keys(state), ...Object.keys(old)]);
  return [...names].some((name) => {
    if (ignored.has(name)) return false;
    if (isEmpty(state[name]) && isEmpty(old[name])) return false;
    return !deepEqual(state[name] as Value, old[name] as Value);
  });
}
