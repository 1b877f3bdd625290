interface Resource {
  urn: string;
  id?: string;
  inputs?: Record<string, unknown>;
}

/** Tells of recorded resources on which Docker endpoint each is, by its provider; undefined where that names none. */
export function endpointsIn(resources: readonly Resource[]): (resource: { provider?: string }) => string | undefined {
  const hosts = new Map(resources.map(({ urn, id, inputs }) => [`${urn}::${id}`, inputs?.host]));
  return ({ provider = "" }) => {
    const host = hosts.get(provider);
    return typeof host === "string" ? host : undefined;
  };
}
