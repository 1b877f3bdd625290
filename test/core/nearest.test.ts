import test from "ava";
import { nearest } from "../../core/nearest.ts";

const known = ["database", "discovery", "time", "master", "web"];
const meant: [given: string, name: string | undefined][] = [
  ["databse", "database"],
  ["Database", "database"],
  ["maestr", "master"],
  ["wbe", "web"],
  ["tiem", "time"],
  ["loadbalancer", undefined],
  ["", undefined],
];
for (const [given, name] of meant) test(`nearest to "${given}"`, (t) => t.is(nearest(given, known), name));
