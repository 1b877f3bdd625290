import test from "ava";
import { watchedHostSchema } from "../../../components/icinga/watched.ts";
import { type Duration, durationSchema, seconds } from "../../../core/duration.ts";

const host = { name: "db1", address: "198.18.1.11", domain: "fd1", groups: [], checks: [] };

const accepted = test.macro((t, change: object) => {
  t.true(watchedHostSchema.safeParse({ ...host, ...change }).success);
});
const refused = test.macro((t, change: object, path: PropertyKey[], message: RegExp) => {
  const { error } = watchedHostSchema.safeParse({ ...host, ...change });
  t.deepEqual(
    error?.issues.map((issue) => issue.path),
    [path],
  );
  t.regex(error!.issues[0]!.message, message);
});

test("IPv4", accepted, {});
test("IPv6", accepted, { address: "2001:db8::1" });
test("a host name", accepted, { address: "www-1.example.org" });
test("a broken IPv4 address", refused, { address: "10.0.0.300" }, ["address"], /IPv4 or IPv6 address or a host name/);
test("an address with a space", refused, { address: "10.0.0.3 " }, ["address"], /address/);
test("a name with Icinga's separator", refused, { name: "a!b" }, ["name"], /without "!"/);
test(
  "an interval without unit",
  refused,
  { checks: [{ kind: "ping", interval: "30" }] },
  ["checks", 0, "interval"],
  /a duration with its unit/,
);
test("an interval as number", refused, { checks: [{ kind: "ssh", interval: 30 }] }, ["checks", 0, "interval"], /unit/);
test("an unknown kind", refused, { checks: [{ kind: "smtp" }] }, ["checks", 0, "kind"], /'ping' \| 'ssh' \| 'http'/);
test("another kind's key", refused, { checks: [{ kind: "ssh", uri: "/" }] }, ["checks", 0], /Unrecognized key: "uri"/);
test(
  "two checks of one name",
  refused,
  { checks: [{ kind: "http" }, { kind: "http", port: 8080 }] },
  ["checks", 1, "name"],
  /already has a check named "http"/,
);
test("two checks of a kind, told apart", accepted, { checks: [{ kind: "http" }, { kind: "http", name: "admin" }] });
test("a share above all", refused, { checks: [{ kind: "disk", warning: "120%" }] }, ["checks", 0, "warning"], /%/);
test("a dns check of nothing", refused, { checks: [{ kind: "dns" }] }, ["checks", 0, "lookup"], /expected string/);

test("durations in seconds", (t) => {
  const figures: [Duration, number][] = [
    ["100ms", 0.1],
    ["30s", 30],
    ["1.5m", 90],
    ["2h", 7200],
    ["1d", 86_400],
  ];
  for (const [text, figure] of figures) t.is(seconds(text), figure);
  for (const text of ["30", "s", "-1s", "1 s", "1w"]) t.false(durationSchema.safeParse(text).success, text);
});
