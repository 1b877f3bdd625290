import type { Judge } from "../../core/health.ts";
import { saidBy, when, where } from "../judgement.ts";
import { chrony } from "./facts.ts";

/** Every clock is within the limits of the settings. */
export const steady: Judge = (observations, { time }) => {
  return saidBy(observations, chrony.name).flatMap((clock) => {
    const { offset } = clock.health;
    if (offset === undefined) return when(clock.fit, "clock", clock, "does not tell how far its clock is off");
    const off = Math.abs(offset);
    if (off <= time.warning) return [];
    const level = off > time.critical ? "critical" : "warning";
    const text = `${level}: the clock of ${where(clock)} is off by ${offset.toFixed(3)} s, more than ${time[level]} s`;
    return [{ rule: "clock", service: chrony.name, node: clock, text }];
  });
};
