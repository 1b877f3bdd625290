import { UserError } from "../../core/errors.ts";
import { connectedTo, dockerAt } from "../../hosts/endpoint.ts";
import { readInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { keptVolumes } from "../environment/kept.ts";
import { confirm } from "../show/confirm.ts";

export interface ForgetOptions {
  /** Of a host that the settings name no longer. */
  endpoint?: string;
  yes?: boolean;
}

/** Removes the data that a former database node left. Never that of a node. */
export async function forget(environment: string, host: string, { endpoint, yes }: ForgetOptions): Promise<void> {
  const inventory = await readInventory(environment);
  const kept = await keptVolumes(inventory, endpoint ? [endpoint] : undefined);
  const volumes = kept.filter((volume) => volume.host === host);
  if (volumes.length === 0) {
    // One that can't be reached tells nothing of what it has.
    const asked = endpoint ? [endpoint] : inventory.hosts.map((each) => each.endpoint);
    await Promise.all(asked.map(connectedTo));
    const hosts = [...new Set(kept.map((volume) => volume.host))].join(", ");
    throw new UserError(
      `"${environment}" keeps no data of a former database node "${host}"${endpoint ? ` on ${endpoint}` : ""}: ${hosts ? `expected one of ${hosts}` : "there is none"}.` +
        (endpoint ? "" : " A host that the settings name no longer is asked with --endpoint ssh://user@host."),
    );
  }
  await confirm(`Remove the data of ${host} (${volumes.map(({ name }) => name).join(", ")}) for good?`, yes);
  await inHistory(environment, async () => {
    for (const volume of volumes) await dockerAt(volume.endpoint).getVolume(volume.name).remove();
  });
  console.log(`The data of ${host} is removed.`);
}
