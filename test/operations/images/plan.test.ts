import test from "ava";
import { bytesText } from "../../../operations/images/carry.ts";
import { deliveries, unequal } from "../../../operations/images/plan.ts";
import { partsOf } from "../../../operations/images/registry.ts";

const needed = new Map([
  ["ssh://a", ["trivet/galera:1", "trivet/chrony:1"]],
  ["ssh://b", ["trivet/galera:1", "trivet/chrony:1"]],
  ["ssh://c", ["trivet/chrony:1"]],
]);
type Has = Record<string, Record<string, string>>;
const has = (hosts: Has) =>
  new Map(
    Object.entries(hosts).map(([host, ids]) => [
      `ssh://${host}`,
      new Map(Object.entries(ids).map(([name, id]) => [`trivet/${name}:1`, id])),
    ]),
  );
const local = new Map([
  ["trivet/galera:1", "G"],
  ["trivet/chrony:1", "C"],
  ["trivet/base:1", "B"],
]);

const plan = test.macro<[Has, Record<string, string[]>, { all?: boolean }?]>((t, hosts, expected, options) => {
  const present = has(hosts);
  const found = deliveries(needed, present, local, options);
  t.deepEqual(
    Object.fromEntries(
      found.map(({ endpoint, images }) => [endpoint.slice(6), images.map((name) => name.slice(7, -2))]),
    ),
    expected,
  );
  if (!options?.all && Object.keys(expected).length === 0) t.deepEqual(unequal(needed, present), []);
});

test(
  "empty hosts get what each needs, and no more",
  plan,
  { a: {}, b: {}, c: {} },
  {
    a: ["galera", "chrony"],
    b: ["galera", "chrony"],
    c: ["chrony"],
  },
);
test(
  "all there: nothing",
  plan,
  { a: { galera: "G", chrony: "C" }, b: { galera: "G", chrony: "C" }, c: { chrony: "C" } },
  {},
);
test(
  "all have another operator's build: it is as good",
  plan,
  { a: { galera: "g", chrony: "C" }, b: { galera: "g", chrony: "C" }, c: { chrony: "C" } },
  {},
);
test(
  "unless this machine's is asked for",
  plan,
  { a: { galera: "g", chrony: "C" }, b: { galera: "g", chrony: "C" }, c: { chrony: "C" } },
  { a: ["galera"], b: ["galera"] },
  { all: true },
);
test(
  "one lacks it, the others have another build: an image is the same everywhere",
  plan,
  { a: { galera: "G", chrony: "c" }, b: { galera: "G" }, c: { chrony: "C" } },
  { a: ["chrony"], b: ["chrony"] },
);
test(
  "another build on some: so, too",
  plan,
  { a: { galera: "G", chrony: "C" }, b: { galera: "g", chrony: "C" }, c: { chrony: "C" } },
  { b: ["galera"] },
);

test("an image's name in its parts", (t) => {
  t.deepEqual(partsOf("trivet/galera:1"), { repository: "trivet/galera", tag: "1" });
  t.deepEqual(partsOf("localhost:5000/x"), { repository: "localhost:5000/x", tag: "latest" });
});

test("bytes", (t) => {
  t.deepEqual([0, 999, 12_345, 123_456_789].map(bytesText), ["0 bytes", "999 bytes", "12 kB", "123.5 MB"]);
});
