import test from "ava";
import { type ContainerFact, toStart } from "../../../cli/environment/standing.ts";

const pod: ContainerFact = { id: "p1", name: "trivet-x-db1", running: true, startedAt: 1_000 };
const service: ContainerFact = { id: "s1", name: "trivet-x-db1-galera", running: true, startedAt: 2_000, pod: "p1" };

/** Names of what is to be started: pods, then services. */
const starts = test.macro((t, containers: ContainerFact[], pods: string[], services: string[]) => {
  const found = toStart(containers);
  t.deepEqual(
    found.pods.map(({ name }) => name),
    pods,
  );
  t.deepEqual(
    found.services.map(({ name }) => name),
    services,
  );
});

test("what runs is left alone", starts, [pod, service], [], []);
test("a service that stands still", starts, [pod, { ...service, running: false }], [], [service.name]);
test("one that never was started", starts, [pod, { ...service, running: false, startedAt: -1 }], [], []);
test(
  "a pod that stands still takes its services along",
  starts,
  [service, { ...pod, running: false }],
  [pod.name],
  [service.name],
);
test(
  "a service older than its pod's start has a dead network",
  starts,
  [{ ...pod, startedAt: 3_000 }, service],
  [],
  [service.name],
);
test(
  "a pod may be named instead of identified",
  starts,
  [
    { ...pod, startedAt: 3_000 },
    { ...service, pod: pod.name },
  ],
  [],
  [service.name],
);
test("one whose pod is gone can't be started", starts, [service, { ...service, running: false }], [], []);
test(
  "one whose pod never was started, either",
  starts,
  [
    { ...pod, running: false, startedAt: -1 },
    { ...service, running: false },
  ],
  [],
  [],
);
