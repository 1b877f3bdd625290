import test from "ava";
import type { ClusterPlace } from "../../components/health.ts";
import { fullSize } from "../../provider/health.ts";

/** Nodes by number; `b` after it: at another address. */
const place = (index: number, ...nodes: string[]): ClusterPlace => ({
  members: nodes.map((node) => ({ host: `db${Number.parseInt(node, 10)}`, address: `198.18.1.${node}` })),
  place: index,
});

const size = test.macro<[ClusterPlace | undefined, ClusterPlace, string[], number]>(
  (t, before, after, without, expected) => t.is(fullSize(before, after, without), expected),
);
const three = ["1", "2", "3"];
test("a new cluster: those made before it", size, undefined, place(1, ...three), [], 2);
test("a changed node: all", size, place(0, ...three), place(0, ...three), [], 3);
test("three become five: the first three", size, place(0, ...three), place(0, ...three, "4", "5"), [], 3);
test("three become five: the fourth", size, undefined, place(3, ...three, "4", "5"), [], 4);
test("five become three", size, place(0, ...three, "4", "5"), place(0, ...three), [], 3);
test("one moves to another address: not before its turn", size, place(0, ...three), place(0, "1", "2", "3b"), [], 2);
test("a person goes on without a later one", size, place(0, ...three), place(0, ...three), ["db2"], 2);
test("but not without itself, or one before it", size, place(1, ...three), place(1, ...three), ["db2"], 3);
