import test from "ava";
import { providerOptions } from "../../../node/keeper/providerOptions.ts";
import { type KeeperSettings, readSettings } from "../../../node/keeper/settings.ts";

const settings: KeeperSettings = {
  cluster: "shop",
  self: { name: "db1", address: "198.18.1.11" },
  peers: [{ name: "db2", address: "198.18.2.11", adopted: false }],
  arbitrators: 1,
  providerOptions: "gcache.size=128M;pc.recovery=true",
  ours: ["trivet_monitor", "trivet_supervisor"],
  monitor: { user: "trivet_monitor", password: 'a"b\\c#' },
  key: `${"0f".repeat(21)}A=`,
  consul: "http://127.0.0.1:8500/v1",
  consulServices: ["galeradb"],
  clock: { servers: ["198.18.1.53"], warning: 100_000, critical: 1_000_000 },
};
const read = (given: unknown) => readSettings(Buffer.from(typeof given === "string" ? given : JSON.stringify(given)));

test("what the component writes is read, and what a later one adds is no reason to stand still", (t) => {
  t.deepEqual(read(settings), { value: settings });
  t.deepEqual(read({ ...settings, later: 1 }), { value: settings });
});

const refused = test.macro((t, given: unknown, why: RegExp) => {
  const said = read(given);
  t.regex("refused" in said ? said.refused : "nothing", why);
  t.notRegex(JSON.stringify(said), /a\\"b/);
});
test("no JSON", refused, "{", /^it is no JSON$/);
test("too long", refused, "x".repeat(100_000), /no text of/);
test("nothing", refused, "null", /^it: /);
test(
  "a name of another form",
  refused,
  { ...settings, self: { ...settings.self, name: "x[$(id)]" } },
  /^self\.name: is no node's name$/,
);
test(
  "an address of another form",
  refused,
  { ...settings, peers: [{ name: "db2", address: "host-2" }] },
  /^peers\.0\.address: /,
);
test(
  "two lines where one is expected",
  refused,
  { ...settings, providerOptions: "a=b\nc" },
  /^providerOptions: is no single line$/,
);
test("a key that is none", refused, { ...settings, key: "secret" }, /^key: is no key$/);
test("a limit of nothing", refused, { ...settings, clock: { ...settings.clock, critical: 0 } }, /^clock\.critical: /);
test("a name twice", refused, { ...settings, peers: [settings.self] }, /^two nodes have the name db1$/);
test("without a part", refused, { ...settings, monitor: undefined }, /^monitor: /);

test("the periods of the settings go to the library by hand; what is of another form does not", (t) => {
  const conf = `[mariadbd]
innodb_buffer_pool_size = 1
loose_wsrep_provider_evs_suspect_timeout = 1.000000
loose_wsrep_provider_evs_install_timeout = 7.5
loose_wsrep_provider_evs_evil = 1;pc.bootstrap=true
wsrep_provider_evs_other = 2
`;
  t.is(providerOptions("a=b;c=d", conf), "a=b;c=d;evs.suspect_timeout=PT1.000000S;evs.install_timeout=PT7.5S");
  t.is(providerOptions("a=b", ""), "a=b");
});
