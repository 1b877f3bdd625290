import test from "ava";
import { checkedInTime } from "../../../checks/checkers/checkedInTime.ts";
import { dnsAnswers } from "../../../checks/checkers/dnsAnswers.ts";
import { nameUnfit } from "../../../checks/checkers/nameUnfit.ts";
import { oneWriter } from "../../../checks/checkers/oneWriter.ts";
import { oneWriterNamed } from "../../../checks/checkers/oneWriterNamed.ts";
import { webAnswers } from "../../../checks/checkers/webAnswers.ts";
import { writeRecovery } from "../../../checks/checkers/writeRecovery.ts";
import type { Event } from "../../../checks/history/events.ts";
import { cutOff, databases, dnsServers, every, fault, healthy, look, op, second } from "./histories.ts";
import { judged } from "./judged.ts";

const write = judged(writeRecovery);
const insert = (at: number, fields: object = {}) => op(at, { workload: "ledger", op: "insert", id: at, ...fields });
test(
  "a short gap",
  write,
  [...every(0, 10, insert), ...every(18, 30, insert), ...fault(10, 20, ["db1"])],
  "pass",
  /At most 8.00 s .* 00:00:10.020/,
);
test(
  "a gap over the budget",
  write,
  [...every(0, 10, insert), ...every(26, 30, insert), ...fault(10, 20, ["db1"])],
  "fail",
  /16.00 s .* budget 15.00 s/,
);
test(
  "writes that never return",
  write,
  [...every(0, 10, insert), ...every(11, 40, (at) => insert(at, { outcome: "fail" })), ...fault(10, 20, ["db1"])],
  "fail",
  /30.00 s/,
);
test(
  "a pinned client's writes do not count",
  write,
  [
    ...every(0, 10, insert),
    ...every(11, 26, (at) => insert(at, { client: "db2" })),
    ...every(27, 30, insert),
    ...fault(10, 20, ["db1"]),
  ],
  "fail",
  /17.00 s/,
);
test("no fault", write, [insert(0), insert(60)], "pass", /No outage/);
test("no write", write, fault(10, 20, ["db1"]), "unknown", /no ledger write/);

const name = judged(nameUnfit);
const answers = (from: number, to: number, named: string[], servers = dnsServers) =>
  every(from, to, (at) => servers.map((server) => look(at + 0.3, { what: "name", server, answers: named })));
const others = ["db2", "db3"];
/** db1 is unfit from second 10 to 40. */
const db1Unfit = [
  ...every(0, 9, (at) => healthy(at, "db1")),
  ...every(10, 40, (at) => cutOff(at, "db1")),
  ...every(41, 100, (at) => healthy(at, "db1")),
  ...every(0, 100, (at) => others.map((host) => healthy(at, host))),
];
test(
  "no node unfit",
  name,
  [...every(0, 20, (at) => databases.map((host) => healthy(at, host))), ...answers(0, 20, databases)],
  "pass",
  /No outage/,
);
test(
  "a fit node to which nothing was done leaves the name",
  name,
  [
    ...every(0, 60, (at) => databases.map((host) => healthy(at, host))),
    ...fault(10, 60, []),
    ...answers(0, 12, databases),
    ...answers(13, 50, others),
    ...answers(51, 60, databases),
  ],
  "fail",
  /dns1 did not name db1 for 37\.9\d s .* nothing was done to it, budget 30\.00 s/,
);
test(
  "a fit node that a fault hurts leaves the name",
  name,
  [
    ...every(0, 60, (at) => databases.map((host) => healthy(at, host))),
    ...fault(10, 60, ["db1"]),
    ...answers(0, 12, databases),
    ...answers(13, 50, others),
    ...answers(51, 60, databases),
  ],
  "pass",
  /No outage/,
);
test(
  "gone, and named again for a moment by an agent that has not asked yet",
  name,
  [
    ...db1Unfit,
    ...answers(0, 13, databases),
    ...answers(14, 34, others),
    ...answers(35, 36, databases),
    ...answers(37, 60, others),
    ...answers(61, 100, databases),
  ],
  "pass",
  /at most 3.25 s/,
);
test(
  "named again, and for too long",
  name,
  [...db1Unfit, ...answers(0, 13, databases), ...answers(14, 20, others), ...answers(21, 60, databases)],
  "fail",
  /dns1 named db1 18.95 s after it was unfit/,
);
test(
  "gone and back in time",
  name,
  [...db1Unfit, ...answers(0, 20, databases), ...answers(21, 60, others), ...answers(61, 100, databases)],
  "pass",
  /at most 10.25 s, fit ones missing for at most 19.25 s/,
);
test(
  "gone too late",
  name,
  [...db1Unfit, ...answers(0, 23, databases), ...answers(24, 60, others), ...answers(61, 100, databases)],
  "fail",
  /^3 × .*dns1 named db1 13.25 s after it was unfit/,
);
test(
  "gone too late on one server only",
  name,
  [
    ...db1Unfit,
    ...answers(0, 15, databases),
    ...answers(16, 30, databases, ["dns3"]),
    ...answers(16, 60, others, ["dns1", "dns2"]),
    ...answers(61, 100, databases),
  ],
  "fail",
  /^1 × .*dns3 named db1/,
);
test(
  "a server that lies by a fault of its own is not counted",
  name,
  [
    ...db1Unfit,
    ...answers(0, 15, databases),
    ...answers(16, 30, databases, ["dns3"]),
    ...fault(10, 40, ["dns3"], "dns-wrong"),
  ],
  "pass",
  /at most/,
);
test(
  "back too late",
  name,
  [...db1Unfit, ...answers(0, 15, databases), ...answers(16, 80, others), ...answers(81, 100, databases)],
  "fail",
  /dns1 did not name db1 39.25 s after it was fit/,
);
test(
  "back is counted from the end of the fault",
  name,
  [
    ...db1Unfit,
    ...answers(0, 15, databases),
    ...answers(16, 80, others),
    ...answers(81, 100, databases),
    ...fault(9, 59, ["sat1"]),
  ],
  "pass",
  /missing for at most 20.30 s/,
);
test(
  "a node that does not answer at all is unfit",
  name,
  [
    ...every(0, 9, (at) => healthy(at, "db1")),
    ...every(10, 40, (at) => look(at, { what: "database", host: "db1", error: "no container" })),
    ...answers(0, 40, databases),
  ],
  "fail",
  /dns1 named db1/,
);
test(
  "a look that was too slow while the node served proves nothing",
  name,
  [
    ...every(0, 9, (at) => healthy(at, "db1")),
    ...every(10, 40, (at) => [
      look(at, { what: "database", host: "db1", error: "time-out", end: second(at + 1) }),
      insert(at + 0.5),
    ]),
    ...answers(0, 40, databases),
  ],
  "pass",
  /No outage/,
);
test("no answer", name, db1Unfit, "unknown", /no answer/);
test("no look at a database", name, answers(0, 20, databases), "unknown", /no look at a database/);

const writerName = judged(oneWriterNamed);
const named = (from: number, to: number, given: string[], servers = dnsServers) =>
  every(from, to, (at) => servers.map((server) => look(at + 0.3, { what: "writer-name", server, answers: given })));
test(
  "the writer moves on",
  writerName,
  [...db1Unfit, ...named(0, 11, ["db1"]), ...named(12, 100, ["db2"])],
  "pass",
  /Never two; an unfit node for at most 1.25 s, none for at most 0.00 s/,
);
test(
  "two at once, be it for a moment",
  writerName,
  [...db1Unfit, ...named(0, 9, ["db1"]), ...named(10, 10, ["db1", "db2"], ["dns2"]), ...named(11, 100, ["db2"])],
  "fail",
  /^1 × .*dns2 named db1 and db2/,
);
test(
  "it stays with an unfit one",
  writerName,
  [...db1Unfit, ...named(0, 30, ["db1"]), ...named(31, 100, ["db2"])],
  "fail",
  /dns1 named db1 20.25 s after it was unfit/,
);
test(
  "two servers that differ for a moment",
  writerName,
  [
    ...db1Unfit,
    ...named(0, 10, ["db1"], ["dns1"]),
    ...named(0, 11, ["db1"], ["dns2"]),
    ...named(11, 100, ["db2"], ["dns1"]),
    ...named(12, 100, ["db2"], ["dns2"]),
  ],
  "pass",
  /Never two/,
);
test(
  "nobody is named for long, and others are fit",
  writerName,
  [...db1Unfit, ...named(0, 11, ["db1"]), ...named(12, 40, []), ...named(41, 100, ["db2"])],
  "fail",
  /dns1 named nobody for 27.95 s/,
);
test(
  "nobody is named while nobody is fit",
  writerName,
  [
    ...every(0, 40, (at) => databases.map((host) => cutOff(at, host))),
    ...every(41, 60, (at) => databases.map((host) => healthy(at, host))),
    ...named(0, 42, []),
    ...named(43, 60, ["db1"]),
  ],
  "pass",
  /none for at most 1.25 s/,
);
test(
  "the writer's name was never asked for",
  writerName,
  db1Unfit,
  "unknown",
  /no answer of a DNS server for the writer's name/,
);

const dns = judged(dnsAnswers);
const silent = (from: number, to: number, servers = dnsServers) =>
  every(from, to, (at) => servers.map((server) => look(at + 0.3, { what: "name", server, error: "time-out" })));
const resolved = (at: number, took = 0.01, host = "web1") =>
  look(at, { what: "resolver", host, answers: databases, end: second(at + took) });
test("all answer", dns, [...answers(0, 20, databases), resolved(3)], "pass", /1 look-ups by hosts took at most 0.01 s/);
test(
  "one after the other is silent",
  dns,
  [
    ...silent(0, 9, ["dns1"]),
    ...answers(0, 9, databases, ["dns2", "dns3"]),
    ...answers(10, 20, databases, ["dns1"]),
    ...silent(10, 20, ["dns2", "dns3"]),
  ],
  "pass",
  /always answered/,
);
test(
  "all are silent",
  dns,
  [...answers(0, 9, databases), ...silent(10, 17), ...answers(18, 30, databases)],
  "fail",
  /no DNS server answered for 7.05 s from 00:00:10.300/,
);
test(
  "one lost packet each is no silence",
  dns,
  [...answers(0, 9, databases), ...silent(10, 11), ...answers(12, 30, databases)],
  "pass",
  /always answered/,
);
test(
  "no node to name",
  dns,
  [...every(0, 30, (at) => databases.map((host) => cutOff(at, host))), ...silent(5, 25)],
  "pass",
  /always answered/,
);
test(
  "a slow look-up",
  dns,
  [...answers(0, 20, databases), resolved(3, 5.5)],
  "fail",
  /web1 at 00:00:03.000: answered after 5.50 s/,
);
test(
  "a look-up that failed",
  dns,
  [...answers(0, 20, databases), look(3, { what: "resolver", host: "web1", error: "SERVFAIL" })],
  "fail",
  /web1 .* SERVFAIL/,
);
test(
  "a slow look-up by a host that is hurt",
  dns,
  [...answers(0, 20, databases), resolved(12, 5.5), ...fault(10, 15, ["web1"])],
  "pass",
  /0 look-ups/,
);
test("a server that nobody asked", dns, answers(0, 20, databases, ["dns1", "dns2"]), "unknown", /dns3 was never asked/);
test("nothing asked", dns, [], "unknown", /no question/);

const writer = judged(oneWriter);
const writes = (from: number, to: number, host: string, responsible: boolean) =>
  every(from, to, (at) => look(at, { what: "writer", host, responsible }));
const dead = (from: number, to: number, host: string) =>
  every(from, to, (at) => look(at, { what: "writer", host, error: "dead" }));
test(
  "always one",
  writer,
  [...writes(0, 20, "mon1", true), ...writes(0, 20, "mon2", false)],
  "pass",
  /nobody for at most 0.00 s/,
);
test(
  "a hand-over",
  writer,
  [
    ...writes(0, 20, "mon1", true),
    ...writes(0, 16, "mon2", false),
    ...writes(17, 30, "mon2", true),
    ...writes(21, 30, "mon1", false),
  ],
  "pass",
  /Two wrote for at most 2.95 s/,
);
test(
  "two for too long",
  writer,
  [...writes(0, 20, "mon1", true), ...writes(10, 20, "mon2", true)],
  "fail",
  /mon1 and mon2 both wrote for 9.95 s from 00:00:10.050/,
);
test(
  "taken over in time",
  writer,
  [
    ...writes(0, 10, "mon1", true),
    ...dead(11, 150, "mon1"),
    ...writes(0, 80, "mon2", false),
    ...writes(81, 150, "mon2", true),
  ],
  "pass",
  /nobody for at most 68.95 s/,
);
test(
  "taken over too late",
  writer,
  [
    ...writes(0, 10, "mon1", true),
    ...dead(11, 150, "mon1"),
    ...writes(0, 120, "mon2", false),
    ...writes(121, 150, "mon2", true),
  ],
  "fail",
  /nobody wrote for 108.95 s/,
);
test("nobody could be asked", writer, dead(0, 20, "mon1"), "unknown", /no answered look/);

const checked = judged(checkedInTime);
/** Looks at an object each second; it was last checked at `last(at)`. */
const monitored = (from: number, to: number, last: (at: number) => number, object = "web1!http", host = "mon1") =>
  every(from, to, (at) =>
    look(at, { what: "icinga", host, objects: { [object]: { checked: second(last(at)), state: 0, hard: true } } }),
  );
const everyTen = (at: number) => Math.floor(at / 10) * 10;
const once = () => 0;
test("every ten seconds", checked, monitored(0, 100, everyTen), "pass", /oldest check was 9.00 s old/);
test(
  "never again",
  checked,
  monitored(0, 100, once),
  "fail",
  /web1!http unchecked for 100.00 s at 00:01:40.000, limit 70.00 s/,
);
test(
  "one of two objects",
  checked,
  [...monitored(0, 100, everyTen), ...monitored(0, 100, once, "sat2")],
  "fail",
  /^1 × .*sat2/,
);
test(
  "a master that is cut off does not know of the other's checks",
  checked,
  [...monitored(0, 100, everyTen), ...monitored(0, 100, once, "web1!http", "mon2")],
  "pass",
  /9.00 s/,
);
test(
  "nothing is expected while its host is hurt, nor at once after",
  checked,
  [...monitored(0, 150, once), ...fault(5, 100, ["web1"])],
  "pass",
  /oldest check was 49.00 s/,
);
test(
  "another host's fault is no excuse",
  checked,
  [...monitored(0, 150, once), ...fault(5, 100, ["web2"])],
  "fail",
  /web1!http/,
);
test(
  "masters that can't be asked tell nothing",
  checked,
  every(0, 9, (at) => look(at, { what: "icinga", host: "mon1", error: "dead" })),
  "unknown",
  /no monitored object/,
);

const never = (at: number): Event =>
  look(at, { what: "icinga", host: "mon1", objects: { "web1!http": { checked: 0, state: 0, hard: false } } });
test("not checked yet", checked, every(0, 60, never), "pass", /oldest check was 60.00 s/);
test("never checked at all", checked, every(0, 90, never), "fail", /web1!http unchecked for 90.00 s/);

const web = judged(webAnswers);
const page = (from: number, to: number, status: number) => every(from, to, (at) => look(at, { what: "web", status }));
const noPage = (from: number, to: number): Event[] =>
  every(from, to, (at) => look(at, { what: "web", error: "refused" }));
test("always there", web, page(0, 20, 200), "pass", /each of 21 times/);
test(
  "away for a while",
  web,
  [...page(0, 10, 200), ...page(11, 20, 503), ...noPage(21, 30), ...page(31, 40, 200)],
  "pass",
  /at most 19.05 s, limit 25.00 s/,
);
test(
  "away for too long",
  web,
  [...page(0, 10, 200), ...noPage(11, 40), ...page(41, 50, 200)],
  "fail",
  /29.05 s without a page from 00:00:11.000 \(refused\)/,
);
test("never there", web, page(0, 40, 503), "fail", /HTTP 503/);
test("never asked", web, [], "unknown", /no look at the page/);
