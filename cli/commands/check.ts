import { type Clock, judgeClock, readClocks } from "../../health/clocks/index.ts";
import { readInventoryToLook } from "../environment/inventory.ts";
import { clocksText } from "../show/clocks.ts";

/** Measures every clock of an environment against the site's time. The exit code is 0 only when all are right. */
export async function check(environment: string, { json }: { json?: boolean }): Promise<void> {
  const inventory = await readInventoryToLook(environment);
  const clocks = (await readClocks(inventory)).map((clock: Clock) => ({
    ...clock,
    ...judgeClock(clock, inventory.time),
  }));
  const right = clocks.length > 0 && clocks.every(({ verdict }) => verdict === "right");
  console.log(json ? JSON.stringify({ right, limits: inventory.time, clocks }) : clocksText(environment, clocks));
  process.exitCode = right ? 0 : 1;
}
