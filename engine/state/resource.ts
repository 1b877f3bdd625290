import type { Urn } from "../wire/urn.ts";
import type { Props, Value } from "../wire/values.ts";

/** One resource as a checkpoint records it. The names are the checkpoint's own. */
export interface ResourceState {
  urn: Urn;
  /** Managed by a provider; a component is not. */
  custom: boolean;
  type: string;
  id?: string;
  inputs: Props;
  outputs: Props;
  /** Superseded by a replacement that exists already: still to be deleted. */
  delete?: boolean;
  /** Deleted already, to make room for a replacement that does not exist yet. */
  pendingReplacement?: boolean;
  /** Read from outside, never changed or deleted by this stack. */
  external?: boolean;
  parent?: Urn;
  protect?: boolean;
  retainOnDelete?: boolean;
  dependencies: Urn[];
  propertyDependencies: Record<string, Urn[] | null>;
  deletedWith?: Urn;
  replaceWith?: Urn[];
  /** Reference (`<urn>::<id>`) of the provider that manages it. */
  provider?: string;
  /** Why a resource that exists did not come up as asked. */
  initErrors?: string[];
  additionalSecretOutputs?: string[];
  aliases?: Urn[];
  /** Seconds. */
  customTimeouts?: { create?: number; update?: number; delete?: number; read?: number };
  importID?: string;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  hideDiff?: string[];
  replacementTrigger?: Value;
  /** RFC 3339. */
  created?: string;
  modified?: string;
  sourcePosition?: string;
  /** What this engine does not know is carried through unchanged. */
  [unknown: string]: unknown;
}

/** Journalled before a provider is called: found in a checkpoint, it tells what was going on when the engine died. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: ResourceState;
}

/** Every resource that must exist as long as this one does. */
export function dependenciesOf(state: ResourceState): Set<Urn> {
  const urns = new Set(state.dependencies);
  for (const list of Object.values(state.propertyDependencies)) for (const urn of list ?? []) urns.add(urn);
  if (state.parent) urns.add(state.parent);
  if (state.provider) urns.add(state.provider.slice(0, state.provider.lastIndexOf("::")));
  if (state.deletedWith) urns.add(state.deletedWith);
  return urns;
}
