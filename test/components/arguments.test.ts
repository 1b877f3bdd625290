import test from "ava";
import { sourceSchema } from "../../components/chrony/settings.ts";
import { clusterName } from "../../components/galera/settings.ts";
import { loginSchema } from "../../components/icinga/settings.ts";
import { bytes, type Size, sizeSchema } from "../../core/size.ts";
import { complaint, lab } from "../stacks/small.ts";

const HOSTILE = [
  "",
  " ",
  "a b",
  'a"b',
  "a'b",
  "a\nb",
  "$(id)",
  "`id`",
  "a#b",
  "a;b",
  "*",
  "a,b",
  "ü".repeat(20),
  "x".repeat(300),
];
for (const [what, schema] of Object.entries({ clusterName, sourceSchema, loginSchema })) {
  for (const value of HOSTILE) {
    test(`${what} refuses ${JSON.stringify(value.slice(0, 20))}`, (t) => t.false(schema.safeParse(value).success));
  }
}
test("names as people have them are taken", (t) => {
  t.true(clusterName.safeParse("icinga-galera").success);
  t.true(sourceSchema.safeParse("0.pool.ntp.org").success);
  t.true(sourceSchema.safeParse("192.0.2.1").success);
  t.true(loginSchema.safeParse("jane.doe@site.example").success);
});

for (const value of [
  "512MB",
  "",
  "0",
  "0M",
  "-1M",
  "NaN",
  "1.5G",
  "M",
  "512",
  "1T",
  "512M\n",
  '512M"',
  "$(id)",
  "9".repeat(20).concat("G"),
]) {
  test(`the size ${JSON.stringify(value)} is refused, and never becomes NaN`, (t) => {
    t.false(sizeSchema.safeParse(value).success);
    t.throws(() => bytes(value as Size), { message: /is no size; expected a number with its unit/ });
  });
}

// biome-ignore lint/suspicious/noExplicitAny: settings as a user writes them
const settings = test.macro<[(values: any) => void, RegExp]>((t, change, message) =>
  t.regex(complaint(change), message),
);
test("settings: a cluster's name", settings, (values) => (values.database = { cluster: "$(id)" }), /database\.cluster/);
test(
  "settings: a time source",
  settings,
  (values) => (values.time = { upstream: ["a iburst"] }),
  /time\.upstream\[0\]/,
);
test("settings: a login", settings, (values) => (values.web = { user: "*" }), /web\.user/);
test("settings: a host named as the guard", settings, (values) => (values.hosts[0].name = "guard"), /guard is named/);
test(
  "settings: a host named as another's container",
  settings,
  (values) => (values.hosts[0].name = "a2-galera"),
  /a service of a2 would be named/,
);
test("settings: a lab's plain host named as another's container", (t) => {
  const target = { name: "a1-bind", domain: "fd1", address: "10.1.0.99" };
  t.regex(
    complaint((values) => (values.lab.targets = [target]), lab()),
    /a service of a1 would be named/,
  );
});
