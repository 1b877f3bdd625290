import type { Command, Help } from "commander";

/** Characters of a line, and of the parts of it: a group's title, and two verbs with their summaries. */
const WIDTH = 80;
const TITLE = 7;
const NAME = 11;
const COLUMN = (WIDTH - TITLE) / 2;

/** All verbs on one screen: by group, two in a line. */
export function overview(program: Command, helper: Help, footer: string): string {
  const verbs = helper.visibleCommands(program).filter((verb) => verb.name() !== "help");
  const groups = [...Map.groupBy(verbs, (verb) => verb.helpGroup())];
  const lines = groups.flatMap(([title, verbs]) =>
    inTwos(verbs).map((pair, row) => ((row === 0 ? title : "").padEnd(TITLE) + pair.map(entry).join("")).trimEnd()),
  );
  return `Usage: trivet ${program.usage()}\n${program.description()}\n\n${lines.join("\n")}\n\n${footer}`;
}

const entry = (verb: Command) => `${verb.name().padEnd(NAME)}${verb.summary()}`.padEnd(Math.floor(COLUMN));

function inTwos<T>(all: readonly T[]): T[][] {
  const pairs: T[][] = [];
  for (let at = 0; at < all.length; at += 2) pairs.push(all.slice(at, at + 2));
  return pairs;
}
