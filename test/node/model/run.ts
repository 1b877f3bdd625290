import fc from "fast-check";
import { histories, told } from "./histories.ts";
import { play } from "./history.ts";

/** `npm run test:model [count] [seed]`: plays that many histories, and tells the smallest one that comes to something it must not. */
const [count = "100000", seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
const began = performance.now();
let played = 0;
const { counterexample, errorInstance } = fc.check(
  fc.property(histories(), (history) => {
    play(history);
    played += 1;
    if (played % 1000 === 0) process.stderr.write(`\r${played} histories`);
  }),
  { seed: Number(seed), numRuns: Number(count) },
);
process.stderr.write("\r");
if (counterexample) {
  const [history] = counterexample;
  try {
    play(history, undefined, true);
  } catch {
    console.log(`\n${(errorInstance as Error).message}\n${told(history)}`);
  }
  process.exitCode = 1;
}
console.log(`${played} histories in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}`);
