import { z } from "zod";
import type { Problem } from "../../core/problem.ts";
import { bytes } from "../../core/size.ts";
import { type CapacitySettings, capacityProblems } from "./capacity.ts";
import type { GaleraSettings } from "./config.ts";
import { connectionProblems } from "./connections.ts";
import { evsProblems } from "./evs.ts";
import { gcacheProblems } from "./gcache.ts";
import { bufferPoolSize, writeSetProblems } from "./running.ts";

/** Checks that settings and component share: the settings report every problem, the component throws the first. */

const whole = (least: number, most: number) => {
  const expected = `expected a whole number, ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
};

/** Numbers that are checked each by itself. */
export const counts = {
  maxConnections: whole(1, 100_000),
  maxUserConnections: whole(1, 100_000),
  maxWsRows: whole(0, 2 ** 31 - 1),
  syncWait: whole(0, 15),
};

export interface CheckedSettings extends GaleraSettings {
  capacity?: CapacitySettings;
  /** Seconds. */
  joinTimeout?: number;
}

/** Finds values that are right by themselves and do not fit together. `where` names a property of the component. Pure. */
export const galeraProblems = (settings: CheckedSettings): Problem[] => [
  ...joinProblems(settings),
  ...evsProblems(settings.profile, settings.evs),
  ...gcacheProblems(settings),
  ...capacityProblems(settings.capacity ?? {}),
  ...connectionProblems(settings),
  ...writeSetProblems(settings),
  ...poolProblems(settings),
];

function joinProblems({ joinTimeout = 300 }: CheckedSettings): Problem[] {
  if (joinTimeout > 0 && Number.isFinite(joinTimeout)) return [];
  return [{ where: "joinTimeout", given: `${joinTimeout} s`, expected: "more than 0 s", mend: "correct it" }];
}

function poolProblems(settings: GaleraSettings): Problem[] {
  const { innodbBufferPoolSizeMax: most } = settings;
  const size = bufferPoolSize(settings);
  if (most === undefined || bytes(size) <= bytes(most)) return [];
  return [
    {
      where: "innodbBufferPoolSize",
      given: `"${size}" above innodbBufferPoolSizeMax "${most}"`,
      expected: "no more than that",
      mend: "raise the maximum (with a restart of each node), or lower the size",
    },
  ];
}
