import test from "ava";
import fc from "fast-check";
import {
  answerLine,
  LONGEST_ANSWER,
  LONGEST_QUESTION,
  type Question,
  questionLine,
  readAnswer,
  readQuestion,
  type Told,
} from "../../../node/bootstrap/index.ts";

const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const key = Buffer.from("a key of the cluster");
const asked: Question = { cluster: "dev", host: "db2", once: "0123456789abcdef0123456789abcdef" };

const position = fc.record(
  {
    uuid: fc.constant(uuid),
    seqno: fc.maxSafeNat(),
    gtid: fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((numbers) => numbers.join("-")),
  },
  { requiredKeys: ["uuid", "seqno"] },
);
const detail = fc.string({ unit: "binary", maxLength: 400 });
const running = {
  position: fc.oneof(position, fc.constant("unknown" as const)),
  size: fc.nat(255),
  synced: fc.boolean(),
  writes: fc.boolean(),
  members: fc.array(fc.oneof(fc.ipV4(), fc.constant("2001:db8:0000:0000:0000:0000:198.118.101.111")), {
    maxLength: 64,
  }),
  detail,
};
const told: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ doing: fc.constantFrom("primary", "nonprimary"), ...running }),
  fc.record({ doing: fc.constantFrom("starting", "running"), detail }),
  fc.record({
    doing: fc.constant("waiting"),
    position: fc.oneof(position, fc.constantFrom("empty", "incomplete", "unreadable")),
    detail,
  }),
) as fc.Arbitrary<Told>;

test("what a node tells is what the other one hears", (t) => {
  fc.assert(
    fc.property(told, (said) => {
      const line = answerLine(said, asked, key);
      t.true(line.length <= LONGEST_ANSWER && !line.includes("\n"));
      const { detail, ...heard } = readAnswer(line, asked, key).value!;
      const { detail: given, ...rest } = said;
      t.deepEqual(heard, rest);
      t.true(detail.length === Math.min(200, given.length));
    }),
    { numRuns: 300 },
  );
  const longest = { cluster: "c".repeat(63), host: "h".repeat(63), once: asked.once };
  t.true(questionLine(longest).length <= LONGEST_QUESTION);
  t.deepEqual(readQuestion(questionLine(longest)).value, longest);
});

test("an answer counts from a node with the key, of the one that was asked, and to this question", (t) => {
  const line = answerLine({ doing: "waiting", position: { uuid, seqno: 12 }, detail: "" }, asked, key);
  t.truthy(readAnswer(line, asked, key).value);
  const others: [Question, Uint8Array][] = [
    [asked, Buffer.from("another key")],
    [{ ...asked, host: "db3" }, key],
    [{ ...asked, cluster: "other" }, key],
    [{ ...asked, once: "f".repeat(32) }, key],
  ];
  for (const [question, by] of others) t.regex(readAnswer(line, question, by).dropped!, /not sealed/);
  for (let at = 0; at < line.length; at++) {
    const changed = `${line.slice(0, at)}${line[at] === "1" ? "2" : "1"}${line.slice(at + 1)}`;
    t.truthy(readAnswer(changed, asked, key).dropped, changed);
  }
});

test("also what is sealed has the form that nodes have, or is dropped and told", (t) => {
  const by = (said: unknown) => readAnswer(answerLine(said as Told, asked, key), asked, key);
  const waiting = { doing: "waiting", position: "empty", detail: "" };
  const primary = {
    doing: "primary",
    position: "unknown",
    size: 3,
    synced: true,
    writes: true,
    members: ["198.18.1.11"],
    detail: "",
  };
  t.truthy(by(waiting).value);
  t.truthy(by(primary).value);
  for (const wrong of [
    { ...waiting, position: "unknown" },
    { ...waiting, position: `${uuid}:-1` },
    { ...waiting, position: `${uuid}:9007199254740993` },
    { ...waiting, position: "x[$(reboot)]" },
    { ...waiting, host: "db1" },
    { ...waiting, doing: "stopped" },
    { ...waiting, doing: "primary" },
    { ...primary, size: 256 },
    { ...primary, size: "3" },
    { ...primary, members: ["x[$(reboot)]"] },
    { ...primary, members: Array(65).fill("198.18.1.11") },
  ]) {
    t.regex(by(wrong).dropped!, /of another form/, JSON.stringify(wrong));
  }
});

test("foreign texts are dropped and told, in few words", (t) => {
  const evil = [
    "",
    "x[$(reboot)]",
    "@/etc/passwd",
    "\n\n",
    "null",
    "{}",
    "[]",
    "x".repeat(100_000),
    "\ufffd\0",
    `${"0".repeat(64)} {}`,
  ];
  const texts = fc.oneof(fc.constantFrom(...evil), fc.string({ unit: "binary" }), fc.json());
  fc.assert(
    fc.property(texts, (text) => {
      for (const read of [readQuestion(text), readAnswer(text, asked, key)]) {
        t.is(read.value, undefined);
        t.true(read.dropped!.length > 0 && read.dropped!.length <= 200);
      }
    }),
    { numRuns: 300 },
  );
});
