import test from "ava";
import { isUnformed, type NodePast } from "../../../provider/galera/formed.ts";

const judged = test.macro<[NodePast[], boolean]>((t, nodes, expected) => t.is(isUnformed(nodes), expected));
const never = { data: true, wasWhole: false };
const none = { data: false };

test("no node has data", judged, [none, none, none], true);
test("data of nodes that never were in a whole cluster", judged, [never, never, none], true);
test("one was", judged, [never, { data: true, wasWhole: true }, never], false);
test("one can't be seen", judged, [never, { data: true }, never], false);
test("no node is known", judged, [], false);
