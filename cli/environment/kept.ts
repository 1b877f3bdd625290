import { galera } from "../../components/galera/facts.ts";
import { isRemote } from "../../core/endpoint.ts";
import type { Inventory } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";

/** The data of a database node that is no more. */
export interface KeptVolume {
  host: string;
  endpoint: string;
  name: string;
}

/** A volume as Docker lists it. */
interface Listed {
  Name: string;
  Labels?: Record<string, string> | null;
}

/** Those of an environment's volumes that hold the data of a database node that is none of `nodes` any more. */
export function keptOf(volumes: readonly Listed[], nodes: readonly string[]): { host: string; name: string }[] {
  return volumes.flatMap(({ Name: name, Labels }) => {
    const host = Labels?.["io.trivet.host"];
    return Labels?.["io.trivet.service"] === galera.name && host && !nodes.includes(host) ? [{ host, name }] : [];
  });
}

/**
 * What former database nodes left, on the endpoints given: those of the inventory, unless more are known.
 * An endpoint that does not answer tells nothing: that its services are out of reach is told by their status.
 */
export async function keptVolumes(
  { environment, hosts, services }: Inventory,
  endpoints: Iterable<string> = hosts.map(({ endpoint }) => endpoint),
): Promise<KeptVolume[]> {
  const nodes = services.filter(({ service }) => service === galera.name).map(({ host }) => host);
  const filters = { label: [`io.trivet.environment=${environment}`] };
  const found = await Promise.all(
    [...new Set(endpoints)].map(async (endpoint) => {
      const abortSignal = AbortSignal.timeout(5_000);
      const { Volumes } = await dockerAt(endpoint)
        .listVolumes({ filters, abortSignal })
        .catch(() => ({ Volumes: [] }));
      return keptOf(Volumes ?? [], nodes).map((kept) => ({ ...kept, endpoint }));
    }),
  );
  return found.flat();
}

/** A line for each, and how to be rid of it. */
export const keptText = (environment: string, kept: readonly KeptVolume[]): string =>
  kept
    .map(
      ({ host, endpoint, name }) =>
        `Kept: the data of ${host}, no database node any more (volume ${name} on ${endpoint}). Taken up again when it comes back; removed with: trivet forget ${environment} ${host}${isRemote(endpoint) ? ` --endpoint ${endpoint}` : ""}`,
    )
    .join("\n");
