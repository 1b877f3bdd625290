import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { Alias, Goal, ReadGoal } from "../deployment/goal.ts";
import { UnsupportedError } from "../errors.ts";
import { hashAssets } from "../wire/assets.ts";
import { fromStruct, type Props, resolveOutputs, type Value } from "../wire/values.ts";

type Struct = Parameters<typeof fromStruct>[0];

/** Property values as the engine keeps them. Relative paths of assets are seen from the project's folder. */
export function readProps(struct: Struct, projectDir: string): Props {
  return hashAssets(resolveOutputs(fromStruct(struct)), projectDir);
}

/** @throws {UnsupportedError} naming the option that this engine does not have */
export function readGoal(request: RegisterResourceRequest, projectDir: string): Goal {
  refuseUnsupported(request);
  const dependencies = [...request.getPropertydependenciesMap().entries()];
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent() || undefined,
    inputs: readProps(request.getObject(), projectDir),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(dependencies.map(([property, urns]) => [property, urns.getUrnsList()])),
    provider: request.getProvider() || undefined,
    version: request.getVersion() || undefined,
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deletedWith: request.getDeletedwith() || undefined,
    replaceWith: request.getReplaceWithList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: request.hasReplacementTrigger()
      ? (request.getReplacementTrigger()!.toJavaScript() as Value)
      : undefined,
    hideDiff: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasesList().map(readAlias),
    importId: request.getImportid() || undefined,
    customTimeouts: readTimeouts(request),
  };
}

export function readReadGoal(request: ReadResourceRequest, projectDir: string): ReadGoal {
  const type = request.getType();
  if (type === "pulumi:pulumi:StackReference") throw new UnsupportedError("StackReference");
  refuse({ pluginDownloadURL: request.getPlugindownloadurl(), package: request.getPackageref() });
  return {
    id: request.getId(),
    type,
    name: request.getName(),
    parent: request.getParent() || undefined,
    inputs: readProps(request.getProperties(), projectDir),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider() || undefined,
    version: request.getVersion() || undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  if (request.getRemote()) throw new UnsupportedError(`The remote component ${request.getType()} (Construct)`);
  if (request.getType() === "pulumi:index:Stash") throw new UnsupportedError("Stash");
  const hooks = request.getHooks()?.toObject() ?? {};
  refuse({
    hooks: Object.values(hooks).some((names) => Array.isArray(names) && names.length > 0),
    transforms: request.getTransformsList().length > 0,
    stateMigrations: request.getStateMigrationsList().length > 0,
    envVarMappings: request.getEnvvarmappingsMap().getLength() > 0,
    pluginDownloadURL: request.getPlugindownloadurl(),
    package: request.getPackageref(),
  });
}

/** @param options by name, truthy when the program uses it */
function refuse(options: Record<string, unknown>): void {
  for (const [name, used] of Object.entries(options)) {
    if (used) throw new UnsupportedError(`The resource option "${name}"`);
  }
}

function readAlias(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (!spec) return { urn: alias.getUrn() };
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getParenturn() || undefined,
    noParent: spec.getNoparent(),
  };
}

function readTimeouts(request: RegisterResourceRequest): Goal["customTimeouts"] {
  const given = request.getCustomtimeouts();
  if (!given) return undefined;
  const timeouts = {
    create: seconds(given.getCreate()),
    update: seconds(given.getUpdate()),
    delete: seconds(given.getDelete()),
    read: seconds(given.getRead()),
  };
  const known = Object.entries(timeouts).filter(([, value]) => value > 0);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

const UNIT_SECONDS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** A duration as Go writes it (`1h30m`), in seconds. */
function seconds(duration: string): number {
  const parts = duration.matchAll(/([\d.]+)(ms|h|m|s)/g);
  return [...parts].reduce((sum, [, figure, unit]) => sum + Number(figure) * UNIT_SECONDS[unit!]!, 0);
}
