import type { ResourceState } from "../state/resource.ts";
import type { Urn } from "../wire/urn.ts";
import type { Props, Value } from "../wire/values.ts";

/** Another URN under which a resource may be recorded: given whole, or as what differs from its present one. */
export type Alias =
  | { urn: Urn }
  | { name?: string; type?: string; stack?: string; project?: string; parent?: Urn; noParent?: boolean };

/** What a program asks for: one resource as it should be. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent?: Urn;
  inputs: Props;
  dependencies: Urn[];
  propertyDependencies: Record<string, Urn[]>;
  /** Reference of an explicit provider; the default one of the type's package when not given. */
  provider?: string;
  /** Version of the default provider. */
  version?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  deletedWith?: Urn;
  replaceWith: Urn[];
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  replacementTrigger?: Value;
  hideDiff: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  /** Take over what exists under this id instead of creating it. */
  importId?: string;
  customTimeouts?: ResourceState["customTimeouts"];
  sourcePosition?: string;
}

/** What a program wants to read without managing it (`Resource.get`). */
export interface ReadGoal {
  id: string;
  type: string;
  name: string;
  parent?: Urn;
  inputs: Props;
  dependencies: Urn[];
  provider?: string;
  version?: string;
  additionalSecretOutputs: string[];
}

/** A goal with nothing asked for but its being there. */
export function bareGoal(type: string, name: string, inputs: Props): Goal {
  return {
    type,
    name,
    custom: true,
    inputs,
    dependencies: [],
    propertyDependencies: {},
    replaceWith: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiff: [],
    additionalSecretOutputs: [],
    aliases: [],
  };
}
