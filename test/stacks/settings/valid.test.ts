// Right settings are never refused, whatever they hold.
import test from "ava";
import fc from "fast-check";
import { readSettings } from "../../../stacks/settings.ts";
import { lab, small, type Values } from "../small.ts";

const from = (letters: string, most: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: most });
const letters = "abcdefghijklmnopqrstuvwxyz";
const word = from(`${letters}0123456789`, 20);
const duration = (least: number, most: number, unit: string) =>
  fc.integer({ min: least, max: most }).map((count) => `${count}${unit}`);
const size = (most: number) =>
  fc.tuple(fc.integer({ min: 8, max: most }), fc.constantFrom("M", "G")).map(([count, unit]) => `${count}${unit}`);
const address = fc
  .tuple(fc.integer({ min: 1, max: 126 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .filter(([first]) => first !== 10)
  .map((octets) => octets.join("."));
const port = fc.integer({ min: 1, max: 65_535 });
const free = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
const hostName = fc.array(from(letters, 10), { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
const unique = <T>(each: fc.Arbitrary<T>) => fc.uniqueArray(each, { maxLength: 4 });
const some = (parts: Record<string, fc.Arbitrary<unknown>>) => fc.record(parts, { requiredKeys: [] });

const database = some({
  cluster: word,
  joinTimeout: duration(1, 600, "m"),
  profile: fc.constantFrom("lan", "wan"),
  innodbBufferPoolSize: size(64),
  gcacheSize: size(64),
  sstMethod: fc.constantFrom("mariabackup", "rsync"),
  maxConnections: fc.integer({ min: 200, max: 100_000 }),
  maxUserConnections: fc.integer({ min: 1, max: 149 }),
  maxWsRows: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  maxWsSize: fc.integer({ min: 1, max: 2047 }).map((count) => `${count}M`),
  syncWait: fc.nat(15),
  diskWarning: fc.integer({ min: 1, max: 79 }),
  diskFull: fc.integer({ min: 81, max: 99 }),
  diskCounted: fc.integer({ min: 1, max: 500 }).map((count) => `${count}G`),
});
const ways = fc.oneof(
  fc.record({ url: fc.tuple(hostName, port, word).map(([host, at, path]) => `https://${host}:${at}/${path}?a=%20`) }),
  fc.record({ command: fc.array(free, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    mail: fc
      .record({
        server: hostName,
        to: unique(hostName).map((names) => [
          "ops@example.org",
          ...names.map((n) => `${n.replaceAll(".", "")}@example.org`),
        ]),
        user: free,
        password: free,
      })
      .map(({ server, to, user, password }) => ({
        server,
        from: "icinga@example.org",
        to: [...new Set(to)],
        user,
        password,
        security: "tls",
      })),
  }),
);
const recipient = fc
  .tuple(ways, some({ timeout: duration(1, 60, "s"), giveUpAfter: duration(1, 24, "h") }))
  .map(([way, patience]) => ({ ...way, ...patience }));

const settings = some({
  database,
  discovery: some({ datacenter: word, raftMultiplier: fc.integer({ min: 1, max: 10 }) }),
  time: some({
    upstream: unique(
      fc.oneof(
        address,
        hostName.filter((name) => name !== "localhost"),
      ),
    ),
    warning: duration(1, 900, "ms"),
    critical: duration(1, 60, "s"),
  }),
  monitoring: some({
    backend: fc.constantFrom("icingadb", "ido"),
    retention: some({ history: fc.oneof(duration(1, 4000, "d"), fc.constant("forever")), sla: duration(1, 4000, "d") }),
    checkInterval: duration(1, 600, "s"),
    notify: fc
      .array(recipient, { maxLength: 3 })
      .map((all) => all.map((each, index) => ({ name: `person_${index}`, ...each }))),
  }),
  web: some({
    address,
    port: port.filter((at) => ![53, 80, 123].includes(at) && (at < 3000 || at > 9000)),
    user: word,
  }),
  chaos: some({
    blastRadius: fc.integer({ min: 1, max: 3 }),
    budgets: some({ evict: duration(1, 60, "s"), takeover: duration(1, 10, "m") }),
  }),
  images: some({ consul: fc.tuple(hostName, word).map(([path, tag]) => `registry.example:5000/${path}:${tag}`) }),
}).chain((values) =>
  fc
    .tuple(
      fc.constant(values),
      unique(address).filter((all) => all.length > 0),
    )
    .map(([all, upstream]): Values => ({ ...all, dns: { upstream } })),
);

for (const [where, base] of Object.entries({ "in a lab": lab, "on real hosts": small })) {
  test(`right settings are taken ${where}`, (t) => {
    fc.assert(
      fc.property(settings, (values) => {
        readSettings({ file: "/nowhere/Pulumi.x.yaml", values: { ...base(), ...values }, memory: 2 ** 50 });
      }),
      { numRuns: 200, seed: 17 },
    );
    t.pass();
  });
}
