import pLimit from "p-limit";
import { dockerAt } from "../../hosts/endpoint.ts";

/** Docker measures a container for a moment; more at a time would disturb what is measured. */
const CONCURRENCY = 8;

/**
 * Bytes of memory that an environment's containers use: as `docker stats` counts it, without what the kernel merely keeps
 * of files and would give back.
 */
export async function memoryOf(endpoint: string, environment: string): Promise<number> {
  const docker = dockerAt(endpoint);
  const containers = await docker.listContainers({ filters: { label: [`io.trivet.environment=${environment}`] } });
  const limit = pLimit(CONCURRENCY);
  const used = await Promise.all(
    containers.map(({ Id }) =>
      limit(async () => {
        const { memory_stats } = await docker.getContainer(Id).stats({ stream: false, "one-shot": true });
        const { usage, stats } = memory_stats as { usage: number; stats: Record<string, number> };
        // cgroup v2 has the one name, v1 the other.
        return usage - (stats.inactive_file ?? stats.total_inactive_file ?? 0);
      }),
    ),
  );
  return used.reduce((sum, each) => sum + each, 0);
}
