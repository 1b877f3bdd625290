import { bufferPoolSize } from "../../components/galera/running.ts";
import { UserError } from "../../core/errors.ts";
import { type Problem, report } from "../../core/problem.ts";
import { bytes, mebibytes } from "../../core/size.ts";
import { dockerUntil } from "../../hosts/endpoint.ts";
import type { Settings } from "../../stacks/settings.ts";

/**
 * Asks real database hosts for their memory before anything is made: that of a lab, which is this machine's own, the settings are
 * checked against. A host that does not answer is told by whoever needs it.
 *
 * @throws {UserError} with a problem for each host whose memory can't hold the buffer pool
 */
export async function mustFitMemory(
  settings: Pick<Settings, "hosts" | "database">,
  signal: AbortSignal,
): Promise<void> {
  const hosts = settings.hosts.filter(({ roles, endpoint }) => endpoint && roles.includes("database"));
  const found = await Promise.all(
    hosts.map(async ({ name, endpoint }) => {
      const until = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
      const info = await dockerUntil(endpoint!, until)
        .info()
        .catch(() => undefined);
      return { name, memory: info?.MemTotal as number | undefined };
    }),
  );
  const problems = memoryProblems(settings.database, found);
  if (problems.length > 0) throw new UserError(report("Memory of the database hosts", problems));
}

/** Of hosts with their memory in bytes, where it is known. */
export function memoryProblems(
  database: Pick<Settings["database"], "innodbBufferPoolSize">,
  hosts: readonly { name: string; memory?: number }[],
): Problem[] {
  const size = bufferPoolSize(database);
  return hosts.flatMap(({ name, memory }) => {
    if (memory === undefined || bytes(size) < memory) return [];
    return [
      {
        where: "database.innodbBufferPoolSize",
        given: `"${size}", on ${name} with ${mebibytes(memory)} of memory`,
        expected: "a buffer pool that fits into the memory of each database host",
        mend: "write a smaller size",
      },
    ];
  });
}
