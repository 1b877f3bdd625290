import { poolsIn } from "../../../components/galera/facts.ts";
import { bufferPoolSize } from "../../../components/galera/running.ts";
import type { Problem } from "../../../core/problem.ts";
import { bytes, mebibytes } from "../../../core/size.ts";
import { type Draft, withRole } from "../draft.ts";

/** The database nodes of a lab share this machine: `memory` is what it has, in bytes. How much a real host has is asked of it by a preflight. */
export function machineProblems(draft: Draft, memory: number): Problem[] {
  const { length } = withRole(draft, "database");
  const size = bufferPoolSize({ innodbBufferPoolSize: draft.database?.innodbBufferPoolSize });
  if (!draft.lab || poolsIn(memory, bytes(size) * length) !== "never") return [];
  return [
    {
      where: "database.innodbBufferPoolSize",
      given: `"${size}" on each of ${length} nodes, with ${mebibytes(memory)} of memory in all`,
      expected: "buffer pools that fit into this machine's memory together",
      mend: "write a smaller size",
    },
  ];
}
