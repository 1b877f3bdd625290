import { setTimeout } from "node:timers/promises";
import test from "ava";
import fc from "fast-check";
import { nextSlot, pace } from "../../../checks/workloads/pace.ts";

test("the next slot is the first that begins later; after a failure 100 ms later at least", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.integer({ min: 10, max: 5_000 }),
        fc.boolean(),
        (elapsed, interval, ok) => {
          const pause = nextSlot(elapsed, interval, ok) * interval - elapsed;
          const least = ok ? 0 : 100;
          // A hair of tolerance for floating point.
          return pause > least - 1e-6 && pause <= least + interval + 1e-6;
        },
      ),
    ),
  );
});

test("slots that a slow operation covers are left out", (t) => {
  t.is(nextSlot(49, 50, true), 1);
  t.is(nextSlot(50, 50, true), 2);
  t.is(nextSlot(2_003, 50, true), 41);
  t.is(nextSlot(2_003, 50, false), 43);
});

// Only lower bounds on times: a loaded machine may be late, never early.
test("one operation at a time, until the signal", async (t) => {
  const stopping = new AbortController();
  const slots: number[] = [];
  let [running, most] = [0, 0];
  await pace(20, stopping.signal, async (slot) => {
    most = Math.max(most, ++running);
    slots.push(slot);
    await setTimeout(slot === 0 ? 70 : 1);
    running--;
    if (slots.length === 4) stopping.abort();
    return true;
  });
  t.is(most, 1);
  t.is(slots.length, 4);
  t.is(slots[0], 0);
  // 70 ms cover slots 1 to 3; a timer may fire up to a millisecond early.
  t.true(slots[1]! >= 4, `slot ${slots[1]} after 70 ms`);
  t.deepEqual(
    slots,
    [...new Set(slots)].sort((a, b) => a - b),
  );
});

test("the signal ends a wait", async (t) => {
  const stopping = new AbortController();
  const began = performance.now();
  await pace(60_000, stopping.signal, async () => {
    setImmediate(() => stopping.abort());
    return true;
  });
  t.true(performance.now() - began < 30_000);
});

test("a failing operation is tried again, not more often than every 100 ms", async (t) => {
  const stopping = new AbortController();
  const begun: number[] = [];
  await pace(10, stopping.signal, async () => {
    begun.push(performance.now());
    if (begun.length === 4) stopping.abort();
    return false;
  });
  t.is(begun.length, 4);
  t.true(begun.slice(1).every((at, i) => at - begun[i]! >= 98));
});
