import test from "ava";
import { agrees, type ClockLook, judgeClock, noSkew, skewOf } from "../../../node/keeper/clock.ts";

const limits = { warning: 100_000, critical: 1_000_000 };
const second = 1_000_000;
const now = 1_795_000_000 * second;

const judged = test.macro<[Partial<ClockLook>, boolean, string, boolean?]>((t, look, agreed, said, wrong = false) => {
  const verdict = judgeClock({ ...noSkew, ...look }, limits, agreed);
  t.is(verdict.said, said);
  t.is(verdict.wrong, wrong);
});
test("right", judged, { host: -20 }, false, "clock right");
test(
  "the database alone",
  judged,
  { skew: 1900 * second, host: 0 },
  false,
  "clock 1900.000 s ahead of the site's time",
  true,
);
test("the host alone", judged, { host: -1900 * second }, false, "clock 1900.000 s behind the site's time", true);
test(
  "behind, and nobody knows the site's time",
  judged,
  { skew: -1.5 * second },
  false,
  "clock 1.500 s behind the site's time",
  true,
);
test(
  "one ahead, one behind: what counts is the database against the site",
  judged,
  { skew: -30 * second, host: 30 * second },
  false,
  "clock right",
);
test("worth a word", judged, { host: -250_000 }, false, "clock 0.250 s behind the site's time");
test("just at the limit", judged, { host: second }, false, "clock 1.000 s ahead of the site's time");
test(
  "another one has the same time",
  judged,
  { host: -1900 * second },
  true,
  "clock 1900.000 s behind the site's time, but another database agrees with it",
);
test("nobody knows", judged, {}, false, "time source does not answer");
test(
  "a doubt is on the database's side",
  judged,
  { skew: 1.3 * second, doubt: 400_000, host: 0 },
  false,
  "clock 1.300 s ahead of the site's time",
);
test(
  "but not beyond it",
  judged,
  { skew: 1.5 * second, doubt: 400_000, host: 0 },
  false,
  "clock 1.500 s ahead of the site's time",
  true,
);

test("figures are those of the sentence: seconds ahead, to the millisecond", (t) => {
  const offset = (skew: number) => judgeClock({ skew, doubt: 0, host: 0 }, limits, false).offset;
  t.deepEqual([offset(0), offset(-1_234_567), offset(1_234_567), offset(999)], [0, -1.234, 1.234, 0]);
});

test("a database is asked between two looks at this clock", (t) => {
  t.deepEqual(skewOf({ said: now, before: now - 200, after: now + 100 }), { skew: 50, doubt: 150 });
  // Somebody set this clock back meanwhile.
  t.is(skewOf({ said: now, before: now, after: now - second }).doubt, 0);
});

test("two databases agree where their clocks do, with what is not certain", (t) => {
  const own = { skew: 1900 * second, doubt: 100 };
  t.true(agrees({ skew: 1900 * second, doubt: 0 }, own, limits));
  t.true(agrees({ skew: 1901 * second + 100, doubt: 0 }, own, limits));
  t.false(agrees({ skew: 1901 * second + 101, doubt: 0 }, own, limits));
  t.true(agrees({ skew: 1901 * second + 101, doubt: 1 }, own, limits));
  t.false(agrees(noSkew, own, limits));
});
