import test from "ava";
import fc from "fast-check";
import { type GcacheSettings, gcacheSize } from "../../../components/galera/gcache.ts";
import { bytes } from "../../../core/size.ts";

const size = (settings: GcacheSettings) => gcacheSize("It", settings);

test("as given, or Galera's own default", (t) => {
  t.is(size({ gcacheSize: "3G" }), "3G");
  t.is(size({}), "128M");
});

test("from what is written while a node may be away", (t) => {
  t.is(size({ writeRate: "200K", toleratedOutage: "1h" }), "1055M");
  t.is(size({ writeRate: "2M", toleratedOutage: "8h" }), "86400M");
  t.is(size({ writeRate: "1K", toleratedOutage: "60s" }), "128M");
});

test("always holds all of it, and never less than the default", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 7 * 86_400 }), (rate, outage) => {
      const made = bytes(size({ writeRate: `${rate}K`, toleratedOutage: `${outage}s` }));
      t.true(made >= rate * 1024 * outage && made >= bytes("128M"));
    }),
  );
});

const refused = test.macro<[GcacheSettings, RegExp]>((t, settings, message) => {
  t.throws(() => size(settings), { name: "UserError", message });
});
test(
  "both",
  refused,
  { gcacheSize: "1G", writeRate: "1M", toleratedOutage: "60s" },
  /^It has gcacheSize "1G" beside writeRate/,
);
test("a rate alone", refused, { writeRate: "1M" }, /^It has writeRate "1M" without toleratedOutage; expected both/);
test(
  "an outage alone",
  refused,
  { toleratedOutage: "60s" },
  /^It has toleratedOutage "60s" without writeRate; expected both/,
);
