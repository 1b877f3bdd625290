import test from "ava";
import { type Clock, type ClockVerdict, judgeClock } from "../../../health/clocks/index.ts";
import { parseChrony, parseDatabase, parseQuery } from "../../../health/clocks/parse.ts";

// What chronyc and chronyd of chrony 4.6.1 print, shortened by nothing.
const tracking =
  "C6121535,198.18.21.53,9,1795262728.002660497,0.000008427,-0.000002189,0.000011593,0.059,-0.003,0.049,0.000041385,0.000005246,16.2,Normal";
const ownClock =
  "7F7F0101,,8,1795262682.034689486,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,0.000000000,0.000000000,0.0,Normal";
const source = (state: string, name: string, reach: string) =>
  `^,${state},${name},8,4,${reach},2,-0.000000008,-0.000002197,0.000020727`;

test("a host by its chrony: positive is ahead", (t) => {
  const sources = [
    source("*", "198.18.21.53", "377"),
    source("+", "198.18.22.53", "17"),
    source("x", "198.18.23.53", "7"),
  ];
  t.deepEqual(parseChrony([tracking, ...sources, ""].join("\n")), {
    offset: -0.000008427,
    stratum: 9,
    leap: "Normal",
    reach: 255,
    outvoted: ["198.18.23.53"],
  });
});

test("a time host that goes by its own clock", (t) => {
  t.deepEqual(parseChrony(`${ownClock}\n`), { offset: 0, stratum: 8, leap: "Normal", outvoted: [] });
});

test("a chrony that does not answer", (t) => {
  t.throws(() => parseChrony("506 Cannot talk to daemon\n"), { message: "chrony says: 506 Cannot talk to daemon" });
});

test("a time host as a client sees it", (t) => {
  const said = "2026-11-21T12:29:54Z System clock wrong by -1899.999980 seconds (ignored)";
  t.is(parseQuery(`2026-11-21T12:29:53Z Disabled control of system clock\n${said}\n`), 1899.99998);
  t.throws(() => parseQuery("2026-11-21T11:58:17Z Timeout reached\n"), { message: "it does not answer" });
});

test("a database between two looks at its host's clock", (t) => {
  const said = "before 1795262729989000\nafter 1795262729993000\ntime\t1795264629991000\n";
  t.deepEqual(parseDatabase(said), { offset: 1900, doubt: 0.002 });
  t.throws(() => parseDatabase("ERROR 2002 (HY000): no\nclock: clock 9.000 s ahead of the site's time\n"), {
    message: "clock: clock 9.000 s ahead of the site's time",
  });
});

const right: Clock = { host: "db1", domain: "fd1", service: "chrony", offset: 0.00001, reach: 255, leap: "Normal" };
const judged = test.macro((t, change: Partial<Clock>, verdict: ClockVerdict, why = "") =>
  t.deepEqual(judgeClock({ ...right, ...change }, { warning: 0.1, critical: 1 }), { verdict, why }),
);
test("right", judged, {}, "right");
test("at the limit", judged, { offset: -0.1 }, "right");
test("warning", judged, { offset: -0.101 }, "warning", "off by more than 0.1 s");
test("critical", judged, { offset: 1900 }, "critical", "off by more than 1 s");
test("in doubt it is right", judged, { offset: 0.15, doubt: 0.06 }, "right");
test("a doubt does not hide what is certain", judged, { offset: -1900, doubt: 2 }, "critical", "off by more than 1 s");
test("not synchronised", judged, { leap: "Not synchronised" }, "warning", "not synchronised");
test("nobody answers it", judged, { reach: 0 }, "warning", "no time source answers");
test("a liar", judged, { outvoted: ["198.18.1.53"] }, "warning", "198.18.1.53 outvoted");
test("could not be read", judged, { offset: undefined, error: "it does not answer" }, "unknown", "it does not answer");
test("no offset", judged, { offset: undefined }, "unknown", "it does not tell its offset");
