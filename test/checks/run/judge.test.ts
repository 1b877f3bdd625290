import test from "ava";
import { verdictOf } from "../../../checks/run/judge.ts";

const judged = (outcome: "pass" | "unknown" | "fail", limit?: string) => ({
  checker: "x",
  title: "x",
  kind: "safety" as const,
  outcome,
  summary: "",
  ...(limit && { limit }),
});

const rows = [
  ["pass", [judged("pass"), judged("pass")]],
  ["limit", [judged("pass"), judged("fail", "known upstream")]],
  ["unknown", [judged("pass"), judged("unknown"), judged("fail", "known upstream")]],
  ["fail", [judged("fail"), judged("unknown"), judged("pass")]],
] as const;

for (const [expected, given] of rows) {
  test(`${given.map(({ outcome, limit }) => limit ?? outcome).join(", ")}: ${expected}`, (t) => {
    t.is(verdictOf(given), expected);
  });
}
