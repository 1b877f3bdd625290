import test from "ava";
import { median } from "../../../cli/bench/median.ts";

test("the middle one of an odd number", (t) => t.is(median([9, 1, 5]), 5));
test("between the two in the middle of an even number", (t) => t.is(median([4, 1, 9, 2]), 3));
test("one is its own median", (t) => t.is(median([7]), 7));
