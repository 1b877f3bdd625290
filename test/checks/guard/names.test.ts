import test from "ava";
import { mustBeGuard } from "../../../checks/guard/container.ts";

const marks = (environment: string, service: string) => ({
  "io.trivet.environment": environment,
  "io.trivet.service": service,
});

test("a guard is known by its labels, not by its name", (t) => {
  t.notThrows(() => mustBeGuard(marks("dev", "guard"), "unix:///x", "dev"));
  t.throws(() => mustBeGuard(marks("dev", "pod"), "unix:///x", "dev"), { message: /is not touched/ });
  t.throws(() => mustBeGuard(marks("other", "guard"), "unix:///x", "dev"), { message: /is not touched/ });
  t.throws(() => mustBeGuard(undefined, "unix:///x", "dev"), { message: /is not touched/ });
});
