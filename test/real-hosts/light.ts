import { rmSync } from "node:fs";
import { join } from "node:path";
import pRetry from "p-retry";
import { objectsWith } from "../../cli/environment/objects.ts";
import { docker, LOCAL } from "../../cli/setup/docker.ts";
import { hostImage } from "../../cli/setup/images.ts";
import type { Flow } from "../../core/flow.ts";
import { runOn } from "../../hosts/ssh.ts";
import { imageTag } from "../../images/index.ts";
import { makeKeys } from "../../lab/hosts/keys.ts";
import { createHost, createNetworks, createRouter } from "../../lab/hosts/machines.ts";
import { BED, type Bed, planBed } from "../../lab/hosts/plan.ts";

const project = join(import.meta.dirname, "../..");

/** A bed of a test's own, beside that of any environment: hosts on which nothing of Trivet's runs. */
export interface LightBed extends Bed {
  /** Keys, `known_hosts` and `ssh_config`, which this process uses. */
  folder: string;
  down(): Promise<void>;
}

/**
 * Starts it, and waits until each host lets its operator in.
 *
 * @param flows what the router between the sites lets through
 */
export async function lightBed(
  name: string,
  given: Parameters<typeof planBed>[1],
  flows: readonly Flow[] = [],
): Promise<LightBed> {
  const bed = planBed(name, given);
  const folder = join(project, ".trivet/bed", name);
  const down = async () => {
    const all = await objectsWith(LOCAL, `${BED}=${name}`);
    for (const kind of ["container", "network", "volume"]) {
      await Promise.all(all.filter((object) => object.kind === kind).map(({ remove }) => remove()));
    }
    rmSync(folder, { recursive: true, force: true });
  };
  // Of a run that was killed.
  await down();
  if (await hostImage.check()) await hostImage.make!(() => {});
  const keys = await makeKeys(bed, folder);
  process.env.TRIVET_SSH_CONFIG = join(folder, "ssh_config");
  await createNetworks(docker, bed);
  await createRouter(docker, bed, imageTag("host"), flows);
  for (const host of bed.hosts) await createHost(docker, bed, host, imageTag("host"), keys);
  await Promise.all(
    bed.hosts.map(({ endpoint }) =>
      pRetry(
        async () => {
          const { code, stderr } = await runOn(endpoint, ["docker", "version"], { timeout: 30_000 });
          if (code !== 0) throw new Error(stderr);
        },
        { retries: 240, factor: 1, minTimeout: 500 },
      ),
    ),
  );
  return { ...bed, folder, down };
}
