import test from "ava";
import { memoryProblems } from "../../../cli/environment/memory.ts";

const GIB = 2 ** 30;

test("a buffer pool above a host's memory is told with the host", (t) => {
  const hosts = [{ name: "db1", memory: 64 * GIB }, { name: "db2", memory: 8 * GIB }, { name: "db3" }];
  t.deepEqual(memoryProblems({ innodbBufferPoolSize: "16G" }, hosts), [
    {
      where: "database.innodbBufferPoolSize",
      given: '"16G", on db2 with 8192M of memory',
      expected: "a buffer pool that fits into the memory of each database host",
      mend: "write a smaller size",
    },
  ]);
  t.deepEqual(memoryProblems({ innodbBufferPoolSize: "4G" }, hosts), []);
  t.deepEqual(memoryProblems({}, hosts), []);
});
