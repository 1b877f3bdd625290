import test from "ava";
import { type EvsProfile, evsPeriods, type GivenPeriods, optionName } from "../../../components/galera/evs.ts";

const profiles: EvsProfile[] = ["lan", "wan"];

for (const profile of profiles) {
  test(`${profile}: within the library's limits, and without overrides as it is`, (t) => {
    const periods = evsPeriods("it", profile);
    t.deepEqual(evsPeriods("it", profile, {}), periods);
    t.true(periods.keepalivePeriod * 3 <= periods.suspectTimeout);
    t.true(periods.installTimeout <= periods.inactiveTimeout);
  });
}

test("lan is what there is unless another is asked for: a lost node costs less than 1.5 s", (t) => {
  const lan = evsPeriods("it");
  t.deepEqual(lan, evsPeriods("it", "lan"));
  t.true(lan.suspectTimeout + lan.inactiveCheckPeriod + lan.joinRetransPeriod < 1.5);
});

test("wan: no period is shorter than a round trip of 300 ms, and a change of profile needs no restart", (t) => {
  const { inactiveCheckPeriod, ...others } = evsPeriods("it", "wan");
  for (const period of Object.values(others)) t.true(period > 0.3);
  t.is(inactiveCheckPeriod, evsPeriods("it", "lan").inactiveCheckPeriod);
});

test("single periods", (t) => {
  t.deepEqual(evsPeriods("it", "lan", { suspectTimeout: "2s" }), { ...evsPeriods("it", "lan"), suspectTimeout: 2 });
  t.is(optionName("joinRetransPeriod"), "join_retrans_period");
});

const refused = test.macro<[GivenPeriods, string]>((t, given, message) => {
  t.is(t.throws(() => evsPeriods("It", "lan", given), { name: "UserError" }).message, message);
});
test(
  "keepalive",
  refused,
  { keepalivePeriod: "500ms" },
  "It has evs.keepalivePeriod 0.5 s with evs.suspectTimeout 1 s (profile lan); expected no more than a third of suspectTimeout: lower keepalivePeriod to 0.333 s, or raise suspectTimeout to 1.5 s.",
);
test(
  "check",
  refused,
  { inactiveCheckPeriod: "1s" },
  "It has evs.inactiveCheckPeriod 1 s with evs.suspectTimeout 1 s (profile lan); expected no more than half of suspectTimeout: lower inactiveCheckPeriod to 0.5 s, or raise suspectTimeout to 2 s.",
);
test(
  "suspect",
  refused,
  { suspectTimeout: "6s" },
  "It has evs.suspectTimeout 6 s with evs.inactiveTimeout 5 s (profile lan); expected no more than inactiveTimeout: lower suspectTimeout to 5 s, or raise inactiveTimeout to 6 s.",
);
test(
  "install",
  refused,
  { installTimeout: "7.5s" },
  "It has evs.installTimeout 7.5 s with evs.inactiveTimeout 5 s (profile lan); expected no more than inactiveTimeout: lower installTimeout to 5 s, or raise inactiveTimeout to 7.5 s.",
);
test(
  "too short for Galera",
  refused,
  { joinRetransPeriod: "50ms" },
  "It has evs.joinRetransPeriod 0.05 s; expected 0.1 s at least, the shortest that Galera takes: raise it.",
);
