import test from "ava";
import { outcomeOf, type Step, Unacknowledged } from "../../../checks/workloads/errors.ts";

const errors = {
  deadlock: { code: "ER_LOCK_DEADLOCK", errno: 1213, message: "Deadlock found" },
  lockWait: { code: "ER_LOCK_WAIT_TIMEOUT", errno: 1205, message: "Lock wait timeout exceeded" },
  notReady: { code: "ER_UNKNOWN_COM_ERROR", errno: 1047, message: "WSREP has not yet prepared node" },
  readOnly: { code: "ER_OPTION_PREVENTS_STATEMENT", errno: 1290, message: "running with --read-only" },
  duringCommit: { code: "ER_ERROR_DURING_COMMIT", errno: 1180, message: "Got error 5 during COMMIT" },
  killed: { code: "ER_CONNECTION_KILLED", errno: 1927, message: "Connection was killed" },
  duplicate: { code: "ER_DUP_ENTRY", errno: 1062, message: "Duplicate entry" },
  timeout: { code: "PROTOCOL_SEQUENCE_TIMEOUT", message: "Query inactivity timeout" },
  lost: { code: "PROTOCOL_CONNECTION_LOST", message: "Connection lost" },
  reset: { code: "ECONNRESET", errno: -104, message: "read ECONNRESET" },
  refused: { code: "ECONNREFUSED", errno: -111, message: "connect ECONNREFUSED" },
  noName: { code: "ENOTFOUND", message: "queryA ENOTFOUND" },
};

const fails = test.macro((t, step: Step, sure: (keyof typeof errors)[]) => {
  const failed = Object.entries(errors).filter(([, error]) => outcomeOf(error, step) === "fail");
  t.deepEqual(
    failed.map(([name]) => name),
    sure,
  );
});

const all = Object.keys(errors) as (keyof typeof errors)[];
test("without a session nothing was done", fails, "connect", all);
test("a read does nothing", fails, "read", all);
test("a transaction whose COMMIT was not sent is rolled back", fails, "transaction", all);
test(
  "a statement in autocommit is not done when the server refused it or rolled it back, unknown otherwise",
  fails,
  "write",
  ["deadlock", "lockWait", "notReady", "readOnly"],
);
test("a COMMIT is not done when it lost against another, unknown otherwise", fails, "commit", ["deadlock"]);

test("what is no error object is unknown too", (t) => {
  for (const thrown of [undefined, null, "gone"]) t.is(outcomeOf(thrown, "write"), "unknown");
});

test("an unacknowledged operation tells code, number and message", (t) => {
  t.is(new Unacknowledged(errors.deadlock, "commit").message, "ER_LOCK_DEADLOCK 1213: Deadlock found");
  t.is(new Unacknowledged(errors.reset, "write").message, "ECONNRESET: read ECONNRESET");
  t.is(new Unacknowledged(new Error("odd"), "write").message, "error: odd");
});
