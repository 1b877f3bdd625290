import test from "ava";
import { spaceProblem } from "../../../cli/setup/space.ts";

const GIB = 1024 ** 3;

test("enough space, to the byte", (t) => {
  t.is(spaceProblem("/var/lib/docker", 6 * GIB, 6 * GIB), undefined);
});

test("too little space", (t) => {
  t.is(
    spaceProblem("/var/lib/docker", 1.25 * GIB, 6 * GIB),
    '/var/lib/docker has 1.3 GiB free, and Docker keeps its images there; 6.0 GiB are needed. Make room, or give Docker another "data-root".',
  );
});
