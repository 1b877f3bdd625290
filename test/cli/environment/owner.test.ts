import test from "ava";
import type { StoredDeployment } from "../../../cli/engine/engine.ts";
import type { EnvironmentObject } from "../../../cli/environment/objects.ts";
import { judgeOwner, recordOf } from "../../../cli/environment/owner/judge.ts";
import { rebound } from "../../../cli/environment/owner/rebind.ts";

const LOCAL = "unix:///var/run/docker.sock";
const REMOTE = "ssh://trivet@10.0.0.1";
const urn = (type: string, name: string) => `urn:pulumi:dev::trivet::${type}::${name}`;
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const IDENTITY = "trivet:index:StateIdentity";
const NETWORK = "docker:index/network:Network";

/** The state of one database container with its volume and network, and of its identity. */
const state = (identity = "mine"): StoredDeployment => ({
  manifest: { time: "", magic: "", version: "" },
  resources: [
    { urn: urn(IDENTITY, "state"), type: IDENTITY, id: identity },
    { urn: urn(NETWORK, "net"), type: NETWORK, id: "n1", inputs: { name: "trivet-dev-fd1" } },
    {
      urn: urn(VOLUME, "data"),
      type: VOLUME,
      id: "trivet-dev-db1-galera-data",
      inputs: { name: "trivet-dev-db1-galera-data" },
    },
    { urn: urn(CONTAINER, "db1"), type: CONTAINER, id: "c1", inputs: { name: "trivet-dev-db1-galera" } },
  ],
});

test("an identity that was recorded as a dynamic resource", (t) => {
  const former = JSON.parse(JSON.stringify(state()).replaceAll(IDENTITY, "pulumi-nodejs:dynamic:Resource"));
  t.is(recordOf(former).state, "mine");
});

const thing = (kind: EnvironmentObject["kind"], id: string, name: string, owner?: string): EnvironmentObject => ({
  ...{ kind, id, name, endpoint: LOCAL },
  labels: { "io.trivet.environment": "dev", "io.trivet.domain": "fd1", ...(owner && { "io.trivet.state": owner }) },
  remove: async () => {},
});

/** What runs of that state, by whom it was made. */
const running = (owner?: string, container = "c1") => [
  thing("network", "n1", "trivet-dev-fd1", owner),
  thing("volume", "trivet-dev-db1-galera-data", "trivet-dev-db1-galera-data", owner),
  thing("container", container, "trivet-dev-db1-galera", owner),
];

const verdict = test.macro(
  (
    t,
    found: EnvironmentObject[],
    recorded: StoredDeployment | undefined,
    expected: { foreign?: string[]; newer?: string[]; missing?: string[] },
    endpoints: string[] = [LOCAL],
  ) => {
    const { foreign, newer, missing } = judgeOwner(found, recordOf(recorded), endpoints, LOCAL);
    const ids = (objects: { id: string }[]) => objects.map(({ id }) => id);
    t.deepEqual(
      { foreign: ids(foreign), newer: ids(newer), missing: ids(missing) },
      { foreign: [], newer: [], missing: [], ...expected },
    );
  },
);

const all = ["n1", "trivet-dev-db1-galera-data", "c1"];
test("what this state made is its own", verdict, running("mine"), state(), {});
test("so is what the last version made, without the label: its ids are recorded", verdict, running(), state(), {});
test("nothing is there yet", verdict, [], undefined, {});
test("the state is lost: all is another's", verdict, running("mine"), undefined, { foreign: all });
test("the state of the last version is lost", verdict, running(), undefined, { foreign: all });
test(
  "a second clone made a container anew under the same name, as the last version does",
  verdict,
  running(undefined, "c2"),
  state(),
  {
    foreign: ["c2"],
    missing: ["c1"],
  },
);
test("a second clone of this version", verdict, running("theirs", "c2").slice(2), state(), {
  foreign: ["c2"],
  missing: ["n1", "trivet-dev-db1-galera-data", "c1"],
});
test("another copy of this state has gone on", verdict, running("mine", "c2"), state(), {
  newer: ["c2"],
  missing: ["c1"],
});
test(
  "a run that was killed while it made it anew",
  verdict,
  running("mine", "c2"),
  {
    ...state(),
    pending_operations: [{ type: "creating", resource: state().resources!.at(-1)! }],
  },
  {},
);
test("a container that was removed by hand", verdict, running("mine").slice(0, 2), state(), { missing: ["c1"] });
test("all of it was removed by hand", verdict, [], state(), { missing: all });
test("an endpoint that does not answer tells nothing", verdict, [], state(), {}, [REMOTE]);
test(
  "of a provider with an endpoint of its own",
  verdict,
  running("mine"),
  {
    ...state(),
    resources: [
      {
        urn: urn("pulumi:providers:docker", "db1"),
        type: "pulumi:providers:docker",
        id: "p",
        inputs: { host: REMOTE },
      },
      ...state().resources!.map((resource) => ({
        ...resource,
        provider: `${urn("pulumi:providers:docker", "db1")}::p`,
        id: resource.id === "c1" ? "c9" : resource.id,
      })),
    ],
  },
  { newer: ["c1"], missing: ["c9"] },
  [LOCAL, REMOTE],
);
test(
  "a former node's volume without a label is kept on purpose",
  verdict,
  [...running(), thing("volume", "trivet-dev-db9-galera-data", "trivet-dev-db9-galera-data")],
  state(),
  {},
);
test("volumes alone, and no state: somebody's data", verdict, running().slice(1, 2), undefined, {
  foreign: ["trivet-dev-db1-galera-data"],
});
test(
  "what is superseded or deleted already is not missing",
  verdict,
  running("mine"),
  {
    ...state(),
    resources: [
      ...state().resources!,
      { ...state().resources!.at(-1)!, id: "c0", delete: true },
      { ...state().resources!.at(-1)!, id: "c00", pendingReplacement: true },
    ],
  },
  {},
);
test(
  "the chaos suite's guard and the copy of the state are nobody's",
  verdict,
  [
    {
      ...thing("container", "g", "trivet-dev-guard"),
      labels: { "io.trivet.environment": "dev", "io.trivet.service": "guard" },
    },
  ],
  undefined,
  {},
);

test("adopted: what a killed run made after the copy is recorded under the id that it has", (t) => {
  const copy = state();
  const bound = rebound(copy, recordOf(copy), running("mine", "c2"));
  t.deepEqual(bound.urns, [urn(CONTAINER, "db1")]);
  t.deepEqual(
    bound.state.resources!.map(({ id }) => id),
    ["mine", "n1", "trivet-dev-db1-galera-data", "c2"],
  );
  t.is(copy.resources!.at(-1)!.id, "c1");
  const others = rebound(copy, recordOf(copy), running("theirs", "c2"));
  t.deepEqual([others.urns, others.state.resources], [[], copy.resources]);
});
