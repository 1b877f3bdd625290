import test from "ava";
import { splitWords } from "../../../stacks/watch/ansible/words.ts";

// Each was held against Python's own shlex.split(line, comments=True).
const lines: [line: string, words: string[] | undefined][] = [
  ["web1 a=1\tb=2", ["web1", "a=1", "b=2"]],
  [`web1 a='x y' b="x y"`, ["web1", "a=x y", "b=x y"]],
  [`a="['ping', 'ssh']"`, ["a=['ping', 'ssh']"]],
  ['a="x\\"y\\\\z\\d"', ['a=x"y\\z\\d']],
  ["a=x\\ y", ["a=x y"]],
  ["a='x'\"y\"z", ["a=xyz"]],
  ["web1 # a=1", ["web1"]],
  ["web1 a=x#y b=2", ["web1", "a=x"]],
  ["a='x#y'", ["a=x#y"]],
  ["a=''", ["a="]],
  ["", []],
  ["a='x", undefined],
  ["a=x\\", undefined],
];
for (const [line, words] of lines) test(`words of ${line}`, (t) => t.deepEqual(splitWords(line), words));
