/** `urn:pulumi:<stack>::<project>::<parent types$type>::<name>` */
export type Urn = string;

export const STACK_TYPE = "pulumi:pulumi:Stack";

export interface UrnParts {
  stack: string;
  project: string;
  /** The types of the ancestors and its own, joined by `$`; the stack itself is left out. */
  qualifiedType: string;
  type: string;
  name: string;
}

const URN = /^urn:pulumi:(.*?)::(.*?)::(.*?)::([\s\S]*)$/;

export const isUrn = (text: string): boolean => URN.test(text);

export function urnParts(urn: Urn): UrnParts {
  const [, stack, project, qualifiedType, name] = URN.exec(urn) ?? [];
  if (qualifiedType === undefined) throw new Error(`not a URN: ${urn}`);
  return { stack: stack!, project: project!, qualifiedType, type: qualifiedType.split("$").pop()!, name: name! };
}

export function makeUrn(stack: string, project: string, parent: Urn | undefined, type: string, name: string): Urn {
  const above = parent ? urnParts(parent).qualifiedType : STACK_TYPE;
  return `urn:pulumi:${stack}::${project}::${above === STACK_TYPE ? "" : `${above}$`}${type}::${name}`;
}

const PROVIDER_PREFIX = "pulumi:providers:";

export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_PREFIX);
export const providerType = (pkg: string): string => `${PROVIDER_PREFIX}${pkg}`;
export const providedPackage = (type: string): string => type.slice(PROVIDER_PREFIX.length);

/** The package of a type or function token: `docker` of `docker:index/network:Network`. */
export const packageOf = (token: string): string => token.split(":")[0]!;

/** A provider as resources name theirs: `<urn>::<id>` */
export const providerReference = (urn: Urn, id: string): string => `${urn}::${id}`;

export function parseProviderReference(reference: string): { urn: Urn; id: string } {
  const at = reference.lastIndexOf("::");
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
