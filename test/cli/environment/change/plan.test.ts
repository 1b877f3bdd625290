// What an up would do, where, and whom it interrupts.
import test from "ava";
import { notMended } from "../../../../cli/environment/change/before.ts";
import { placesOf } from "../../../../cli/environment/change/places.ts";
import { plannedIn, planText } from "../../../../cli/environment/change/plan.ts";
import { stagesOf, stagesOfDomain } from "../../../../cli/environment/change/stages.ts";

const urn = (name: string, type = "docker:index/container:Container") => `urn:pulumi:site::trivet::${type}::${name}`;
const container = (host: string, domain: string, service: string) => ({
  ...{ urn: urn(`${host}-${service}`), custom: true, type: "docker:index/container:Container", id: "i" },
  inputs: {
    name: `trivet-site-${host}-${service}`,
    labels: [
      { label: "io.trivet.host", value: host },
      { label: "io.trivet.domain", value: domain },
    ],
  },
});
const files = urn("icinga-recipients", "trivet:index:ConfigFiles");
const state = {
  manifest: {},
  resources: [
    container("db1", "fd1", "galera"),
    container("m1", "fd2", "icinga"),
    {
      ...{ urn: files, custom: true, type: "trivet:index:ConfigFiles" },
      inputs: { container: "trivet-site-m1-icinga" },
    },
  ],
} as never;
const places = placesOf(state, [
  { name: "db1", domain: "fd1" },
  { name: "db1-new", domain: "fd3" },
]);

test("a place is by labels, by the container it works in, or by the host in the name; what all share has none", (t) => {
  t.deepEqual(places({ urn: urn("db1-galera"), name: "db1-galera" }), { host: "db1", domain: "fd1" });
  t.deepEqual(places({ urn: files, name: "icinga-recipients" }), { host: "m1", domain: "fd2" });
  t.deepEqual(places({ urn: urn("db1-new-galera"), name: "db1-new-galera" }), { host: "db1-new", domain: "fd3" });
  t.deepEqual(places({ urn: urn("image-galera-db1-present"), name: "image-galera-db1-present" })?.domain, "fd1");
  t.is(places({ urn: urn("galera-monitor"), name: "galera-monitor" }), undefined);
});

const step = (op: "replace" | "update" | "same", name: string, type = "docker:index/container:Container") =>
  plannedIn({ kind: "step", phase: "done", op, urn: urn(name, type), type, name, diff: ["image"], ms: 1 }, places);

test("the plan says by domain what is done and whom it interrupts", (t) => {
  const planned = [
    ...step("same", "m1-icinga"),
    ...step("replace", "db1-galera"),
    ...step("update", "icinga-recipients", "trivet:index:ConfigFiles"),
    ...step("update", "galera-monitor", "trivet:index:RandomPassword"),
  ];
  t.is(
    planText(planned),
    `DOMAIN  STEP     TYPE            NAME               BECAUSE OF
(all)   update   RandomPassword  galera-monitor     image
fd1     replace  Container       db1-galera         image
fd2     update   ConfigFiles     icinga-recipients  image

Interrupted:
  fd1: db1-galera: made anew: away from its stop until it is fit again; its data stays
  fd2: icinga-recipients: its daemon takes new files as it runs`,
  );
  t.regex(
    planText(step("update", "galera-monitor", "trivet:index:RandomPassword")),
    /Nothing that runs is interrupted/,
  );
});

test("a change mends what stands still and what it makes anew, and nothing else", (t) => {
  const sick = (service: string, host: string, container: string) => ({
    service: service as never,
    text: `${service} on ${host}`,
    node: { container, service: { container: `trivet-site-${host}-${service}` } },
  });
  const cluster = { service: "galera" as const, text: "2 of 3 members" };
  const planned = step("replace", "db1-galera");
  t.deepEqual(notMended([sick("galera", "db1", "running"), cluster], planned), []);
  t.deepEqual(notMended([sick("galera", "db2", "exited"), cluster], []), []);
  t.deepEqual(notMended([sick("galera", "db2", "running"), cluster], planned).length, 2);
  t.deepEqual(notMended([sick("icinga", "m1", "running"), sick("galera", "db1", "running")], planned), [
    sick("icinga", "m1", "running"),
  ]);
  // A host that does not answer is in no plan's power.
  t.is(notMended([sick("galera", "db1", "unreachable"), sick("galera", "db2", "exited")], planned).length, 1);
});

/** Two databases in two domains; a password that both use, and its retirement, which waits for both. */
const planned = (op: "update" | "create" | "delete", name: string, domain?: string) => ({
  ...{ op, name, urn: urn(name) },
  ...(domain && { place: { host: name, domain } }),
});
const recorded = {
  manifest: {},
  resources: [
    { urn: urn("password") },
    { urn: urn("db1"), dependencies: [urn("password")] },
    { urn: urn("db2"), dependencies: [urn("password"), urn("db1")] },
    { urn: urn("formed"), propertyDependencies: { nodes: [urn("db1"), urn("db2")] } },
    { urn: urn("retired"), dependencies: [urn("formed")] },
  ],
} as never;
const all = [
  planned("update", "retired"),
  planned("update", "db2", "fd2"),
  planned("update", "password"),
  planned("update", "db1", "fd1"),
  planned("delete", "db9", "fd1"),
];

test("first what all share, then a domain at a time, then what waited for them and what goes", (t) => {
  t.deepEqual(stagesOf(all, recorded, ["fd1", "fd2", "fd3"]), [
    { targets: [urn("password")] },
    { domain: "fd1", targets: [urn("db1")] },
    { domain: "fd2", targets: [urn("db2")] },
    {},
  ]);
});

test("a change of one domain, of none, or with what is new is one run", (t) => {
  t.deepEqual(stagesOf([], recorded, ["fd1", "fd2"]), [{}]);
  t.deepEqual(stagesOf([planned("update", "db1", "fd1")], recorded, ["fd1", "fd2"]), [{}]);
  t.deepEqual(stagesOf([...all, planned("create", "db3", "fd2")], recorded, ["fd1", "fd2"]), [{}]);
});

test("one domain alone: what it needs of what all share, and its own; nothing of another, and nothing goes", (t) => {
  const domains = ["fd1", "fd2", "fd3"];
  t.deepEqual(stagesOfDomain(all, recorded, "fd2", domains), [
    { targets: [urn("password")] },
    { domain: "fd2", targets: [urn("db2")] },
  ]);
  t.deepEqual(stagesOfDomain(all, recorded, "fd3", domains), []);
  t.throws(() => stagesOfDomain(all, recorded, "fd", domains), { message: /expected one of fd1, fd2, fd3/ });
  t.throws(() => stagesOfDomain([...all, planned("create", "db3", "fd2")], recorded, "fd1", domains), {
    message: /not there yet \(db3\)/,
  });
});
