import type { Problem } from "../../../core/problem.ts";
import { type Place, placeText } from "../place.ts";
import { BadRange, expandRanges } from "./ranges.ts";

/** The hosts that a pattern names, and the port that may follow it: `web[01:10].example:2222`. */
export function hostsOf(pattern: string, place: Place, problems: Problem[]): { names: string[]; port?: number } {
  // An IPv6 address has colons of its own; a port can't follow it here, as in Ansible without brackets.
  const found = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(pattern);
  const port = found ? { port: Number(found[2]) } : {};
  try {
    return { names: expandRanges(found?.[1] ?? pattern), ...port };
  } catch (error) {
    if (!(error instanceof BadRange)) throw error;
    problems.push({
      where: placeText(place),
      given: `the host range "${pattern}"`,
      expected: "a range from lower to higher, figures of equal width when zeros lead, such as web[01:10] or db-[a:c]",
      mend: "correct it",
    });
    return { names: [] };
  }
}
