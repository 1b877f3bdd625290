import test from "ava";
import { pythonLiteral } from "../../../stacks/watch/ansible/literal.ts";

// Each pair was held against Python's own ast.literal_eval.
const literals: [text: string, value: unknown][] = [
  ["5", 5],
  ["-1.5e3", -1500],
  [".5", 0.5],
  ["0x1f", 31],
  ["1_000", 1000],
  ["True", true],
  ["False", false],
  ["None", null],
  ["'it''s'", "its"],
  ['"it\'s"', "it's"],
  ["'\\x41\\u00e9\\n\\d'", "Aé\n\\d"],
  ["r'\\d'", "\\d"],
  ["'''a'b'''", "a'b"],
  ["['ping', 'ssh',]", ["ping", "ssh"]],
  ["(1)", 1],
  ["(1,)", [1]],
  ["8, 6, 5", [8, 6, 5]],
  ["{'kind': 'http', 'port': 81}", { kind: "http", port: 81 }],
  ["{'a': [1, (2, None)]}", { a: [1, [2, null]] }],
  ["[]", []],
  ["5 # five", 5],
];
for (const [text, value] of literals) test(`literal ${text}`, (t) => t.deepEqual(pythonLiteral(text), value));

const plain = [
  "ping, ssh",
  "true",
  "20%",
  "10.0.0.1",
  "1.2.3",
  "007",
  "0_1",
  "2m",
  "'open",
  "[1",
  "{1: }",
  "a 'b'",
  "",
  "it's",
  "1 2",
];
for (const text of plain) test(`plain text ${text}`, (t) => t.is(pythonLiteral(text), undefined));

test("a whole number that JavaScript can't hold stays text", (t) => {
  t.is(pythonLiteral("12345678901234567890"), "12345678901234567890");
});
