import test from "ava";
import { type Preflight, readyTask, stopping } from "../../../cli/environment/preflight.ts";
import { subjectOf } from "../../../cli/environment/subject.ts";
import { countText, findingsText } from "../../../cli/show/findings.ts";
import { taskList } from "../../../cli/show/tasks.ts";
import { UserError } from "../../../core/errors.ts";
import type { Finding, Severity } from "../../../operations/preflight/index.ts";
import { fileSettings } from "../../../stacks/settings/file.ts";
import { readSettings } from "../../../stacks/settings.ts";
import { small, type Values } from "../../stacks/small.ts";

const finding = (severity: Severity, host?: string): Finding => ({
  rule: "disk-full",
  severity,
  ...(host && { host }),
  given: "98 % full",
  expected: "less than 95 %",
  breaks: "no writes",
  mend: "make room",
});
const subject = (change: (values: Values) => void) => {
  const values = small();
  change(values);
  return subjectOf("small", readSettings({ file: "/nowhere/Pulumi.small.yaml", values }));
};

test("an error stops, unless it is of a host that is gone anyway", (t) => {
  const all = [finding("error", "a"), finding("error", "b"), finding("error"), finding("warning", "a")];
  const [stop, go] = stopping(all, "b");
  t.deepEqual(stop, [all[0]!, all[2]!]);
  t.deepEqual(go, [all[1]!, all[3]!]);
  t.deepEqual(stopping([finding("warning"), finding("notice")])[0], []);
});

test("up does not begin on a host that nobody reaches, unless a reason is given", async (t) => {
  const whole = subject((values) => {
    // The discard port: nobody listens there.
    for (const [index, host] of values.hosts.entries()) host.endpoint = `ssh://somebody@127.0.0.${index + 1}:9`;
  });
  const run = (skip?: string) => {
    const context: Preflight = {};
    const task = readyTask<Preflight>(whole, { skip }, new AbortController().signal);
    return taskList([task], context, true)
      .run()
      .then(() => context);
  };
  const error = await t.throwsAsync(run(), { instanceOf: UserError });
  t.regex(error.message, /^small is not ready for up:/);
  t.regex(error.message, /error +a2 +unreachable +-p 9 somebody@127\.0\.0\.2/);
  t.regex(error.message, /--skip-preflight <reason>\.$/);
  t.deepEqual(await run("the rule is wrong"), {});
});

test("findings as people see them", (t) => {
  t.is(
    findingsText([finding("error", "a"), finding("notice")]),
    [
      "SEVERITY  HOST  RULE       FOUND",
      "error     a     disk-full  98 % full",
      "                           expected: less than 95 %",
      "                           breaks:   no writes",
      "                           mend:     make room",
      "notice    all   disk-full  98 % full",
      "                           expected: less than 95 %",
      "                           breaks:   no writes",
      "                           mend:     make room",
    ].join("\n"),
  );
  t.is(countText([finding("error"), finding("notice"), finding("error")]), "2 errors and 1 notice");
  t.is(countText([finding("warning")]), "1 warning");
});

test("what is judged of a real host follows from the settings", (t) => {
  const { hosts, database, registries, lab } = subject((values) => {
    values.time = { upstream: ["0.pool.ntp.org", "10.9.0.1"] };
    values.monitoring = { backend: "ido" };
    values.database = { profile: "wan", innodbBufferPoolSize: "2G", maxConnections: 500, diskFull: 90 };
    values.images = { galera: "registry.corp:5000/db:1", consul: "hashicorp/consul:1", bind: "bind:9" };
  });
  t.false(lab);
  t.deepEqual(
    hosts.map(({ name, endpoint, names }) => ({ name, endpoint, names })),
    ["a1", "a2", "a3"].map((name, index) => ({
      name,
      endpoint: `ssh://trivet@10.${index + 1}.0.11`,
      names: ["0.pool.ntp.org"],
    })),
  );
  const ports = (index: number) => hosts[index]!.ports.map(({ protocol, port }) => `${protocol} ${port}`).sort();
  t.deepEqual(ports(2), [
    ...["tcp 3306", "tcp 3307", "tcp 4444", "tcp 4567", "tcp 4568", "tcp 4569", "tcp 4570"],
    ...["tcp 53", "tcp 5665", "tcp 8300", "tcp 8301"],
    ...["tcp 8302", "tcp 8500", "tcp 8600", "udp 123", "udp 4567", "udp 53", "udp 8301", "udp 8302", "udp 8600"],
  ]);
  // The IDO needs no Redis.
  t.false(ports(0).includes("tcp 6380"));
  t.true(ports(0).includes("tcp 8080"));
  t.like(database, {
    bufferPool: 2 ** 31,
    gcache: 2 ** 27,
    connections: 500,
    disk: { warning: 80, full: 90, counted: 0 },
    profile: "wan",
  });
  t.deepEqual([database.periods.suspectTimeout, database.lan.suspectTimeout], [10, 1]);
  t.deepEqual(registries, ["registry.corp:5000"]);
});

test("nobody is asked to try what the operator or people do", (t) => {
  const { flows } = subjectOf("production", readSettings(fileSettings("production")));
  const names = new Set(flows.map(({ name }) => name));
  t.true(names.has("Galera replication"));
  t.true(names.has("NTP upstream"));
  t.true(names.has("Satellites watch db1"));
  t.false(names.has("SSH of the operator"));
});

test("of a lab this machine is judged, with the ports that are published here", (t) => {
  const { hosts, flows, lab } = subjectOf("dev", readSettings(fileSettings("dev")));
  t.true(lab);
  t.deepEqual(flows, []);
  t.deepEqual(
    hosts.map(({ name, endpoint, ports, databases }) => ({ name, endpoint, ports, databases })),
    [
      {
        name: "this machine",
        databases: 3,
        endpoint: "unix:///var/run/docker.sock",
        ports: [{ protocol: "tcp", port: 8080, service: "a published port" }],
      },
    ],
  );
});
