import { Readable } from "node:stream";
import test from "ava";
import { countsLine, sum } from "../../../cli/test/counts.ts";
import { readTap } from "../../../cli/test/tap.ts";

const counted = test.macro(async (t, tap: string, expected: string) => {
  t.is(countsLine(await readTap(Readable.from([tap]), t.log)), expected);
});

test(
  "passed, failed and skipped tests; one still to be written counts as skipped",
  counted,
  `TAP version 13
ok 1 - a
not ok 2 - b
  ---
    message: broken
  ...
ok 3 - c # SKIP
not ok 4 - d # TODO
1..4
`,
  "1 passed, 1 failed, 2 skipped",
);
test("a run without tests", counted, "TAP version 13\n1..0\n", "0 passed, 0 failed, 0 skipped");

test("parts of a run add up", (t) => {
  const parts = [
    { passed: 2, failed: 0, skipped: 1 },
    { passed: 3, failed: 1, skipped: 0 },
  ];
  t.is(countsLine(sum(parts)), "5 passed, 1 failed, 1 skipped");
});
