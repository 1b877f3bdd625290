import test from "ava";
import fc from "fast-check";
import { beat, firstPulse, hear, noView, type Pulse } from "../../../node/supervisor/pulse.ts";
import { arbitrated, histories, told } from "./histories.ts";
import { play } from "./history.ts";
import { mutants } from "./mutants.ts";
import { Violation } from "./violation.ts";
import { written } from "./written.ts";

/** Some 5 s of an idle core; `npm run test:model` plays a hundred thousand. */
const HISTORIES = 400;
/** Histories in which each mutant must be found. */
const TRIES = 1_500;
const SEED = 2_026;

test("no history of faults comes to two writers, a wrong eviction, a second cluster or a standstill", (t) => {
  let played = 0;
  const { counterexample, errorInstance } = fc.check(
    fc.property(histories(), (history) => {
      play(history);
      played += 1;
    }),
    { seed: SEED, numRuns: HISTORIES },
  );
  if (counterexample) t.fail(`${(errorInstance as Error).message}\n${told(counterexample[0])}`);
  t.is(played, HISTORIES);
});

test("a history is told again by its seed and its faults", (t) => {
  const [history] = fc.sample(histories(), { numRuns: 1, seed: SEED });
  const once = play(history!);
  const again = play(history!);
  t.is(once.now, again.now);
  t.is(once.galera.acked, again.galera.acked);
  t.true(once.galera.acked > 0);
});

for (const [name, history] of Object.entries(written)) {
  test(`no harm: ${name}`, (t) => {
    t.notThrows(() => play(history));
  });
}

test("a database that hangs between two of its answers is found to hang all the same", (t) => {
  let pulse: Pulse = { ...firstPulse, life: "answers", connected: true, opened: 0 };
  const { generation } = pulse;
  const beats = (now: number) => {
    const next = beat(pulse, now, { stalled: false, evicting: false });
    pulse = next.pulse;
    return next.requests.map(({ do: does }) => does);
  };
  t.deepEqual(beats(100), ["ping", "ask-state"]);
  const state = { member: "u1", view: noView, localState: 4, ready: true, readOnly: false };
  pulse = hear(pulse, { is: "state", generation, state }, 150);
  for (let now = 200; now <= 1_600; now += 100) t.false(beats(now).includes("probe"));
  t.true(beats(1_700).includes("probe"));
});

for (const mutant of mutants) {
  test(`found: ${mutant.name}`, (t) => {
    const shape = mutant.arbitrator ? fc.constant(arbitrated) : undefined;
    const random = () => fc.sample(histories(shape), { numRuns: TRIES, seed: SEED });
    for (const history of mutant.shownBy ? [written[mutant.shownBy]] : random()) {
      try {
        play(history, mutant.rules);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        t.true(mutant.finds.includes(error.invariant), error.message);
        return;
      }
    }
    t.fail("in no history");
  });
}
