import type { Clock } from "./clock.ts";

type Chrony = Pick<Clock, "offset" | "stratum" | "reach" | "leap" | "outvoted">;

/**
 * `chronyc -c tracking`, then `chronyc -c sources`, a line each source. Fields of tracking: reference, its name, stratum, time,
 * how far the clock is behind, …, leap status; of a source: mode, state, name, stratum, poll, reach (octal), ….
 *
 * @throws when it is no such answer
 */
export function parseChrony(said: string): Chrony {
  const [tracking, ...sources] = said
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  if (tracking?.length !== 14) throw new Error(`chrony says: ${said.trim() || "nothing"}`);
  const reaches = sources.map((source) => Number.parseInt(source[5]!, 8));
  return {
    offset: ahead(tracking[4]!),
    stratum: Number(tracking[2]),
    leap: tracking[13]!,
    ...(reaches.length > 0 && { reach: Math.max(...reaches) }),
    outvoted: sources.filter(([, state]) => state === "x").map(([, , name]) => name!),
  };
}

/** `chronyd -Q`: how far the clock of whoever asked is ahead of the server. @throws when the server did not answer */
export function parseQuery(said: string): number {
  const [, behind] = /wrong by (-?[\d.]+) seconds/.exec(said) ?? [];
  if (behind === undefined) throw new Error("it does not answer");
  return ahead(behind);
}

/**
 * `before <µs>`, `time <µs>`, `after <µs>`, in any order: the database's time between two looks at its host's clock.
 *
 * @throws when the database did not answer
 */
export function parseDatabase(said: string): { offset: number; doubt: number } {
  const [before, time, after] = ["before", "time", "after"].map((word) => {
    const [, figure] = new RegExp(`^${word}\\s+(\\d+)$`, "m").exec(said) ?? [];
    if (figure === undefined) throw new Error(said.trim().split("\n").at(-1) || "the database says nothing");
    return Number(figure);
  }) as [number, number, number];
  return { offset: (time - (before + after) / 2) / 1e6, doubt: (after - before) / 2 / 1e6 };
}

/** chrony tells how far a clock is behind. Not `-0`. */
const ahead = (behind: string): number => 0 - Number(behind);
