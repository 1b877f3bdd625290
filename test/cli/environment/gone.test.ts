import test from "ava";
import { goneText, left, mustNotMove, withoutHosts } from "../../../cli/environment/gone.ts";
import { deploymentProblems } from "../../../engine/state/check.ts";

type Recorded = Parameters<typeof left>[0];
type Wanted = Parameters<typeof left>[1];
const host = (name: string, endpoint = `ssh://root@${name}`) => ({
  name,
  endpoint,
  domain: "d",
  address: "10.1.0.1",
  roles: [],
});
const recorded: Recorded = { hosts: [host("n1"), host("s1"), host("w1")] };
const wanted = (...hosts: ReturnType<typeof host>[]) =>
  ({ hosts: hosts.map((one) => ({ ...one, publish: [] })) }) as Wanted;

test("hosts that the settings name no more, or elsewhere", (t) => {
  const names = (...args: Parameters<typeof left>) => left(...args).map(({ name }) => name);
  t.deepEqual(names(recorded, wanted(host("n1"), host("s1"))), ["w1"]);
  t.deepEqual(names(recorded, wanted(host("n1"), host("s1"), host("w1", "ssh://root@new"))), ["w1"]);
  // Another name for the same machine is no other machine.
  t.deepEqual(names(recorded, wanted(host("n1"), host("s1"), host("w2", "ssh://root@w1"))), []);
  t.deepEqual(names(recorded, { ...wanted(host("n1")), lab: { targets: [] } } as Wanted), []);
});

test("a host that answers where it was is not taken for another one of its name", (t) => {
  const moved = wanted(host("n1"), host("s1"), host("w1", "ssh://root@new"));
  t.throws(() => mustNotMove(recorded, moved, ["ssh://root@w1"]), {
    message:
      /^w1 was reached at ssh:\/\/root@w1, where it answers, and is given the endpoint ssh:\/\/root@new\. Expected the same/,
  });
  t.notThrows(() => mustNotMove(recorded, moved, []), "it is dead: the new one takes its place");
  t.notThrows(
    () => mustNotMove(recorded, wanted(host("n1"), host("s1")), ["ssh://root@w1"]),
    "it leaves in good order",
  );
});

const urn = (type: string, name: string) => `urn:pulumi:site::trivet::${type}::${name}`;
const provider = (name: string) => ({
  ...{ urn: urn("pulumi:providers:docker", name), type: "pulumi:providers:docker", custom: true, id: `id-${name}` },
  inputs: { host: `ssh://root@${name}` },
});
const container = (name: string, dependencies: string[] = []) => ({
  urn: urn("docker:index/container:Container", `${name}-galera`),
  type: "docker:index/container:Container",
  custom: true,
  id: `c-${name}`,
  inputs: { name: `trivet-site-${name}-galera` },
  provider: `${provider(name).urn}::id-${name}`,
  dependencies,
  propertyDependencies: { image: [], mounts: dependencies },
});
const settingsOf = (name: string) => ({
  urn: urn("trivet:index:ConfigFiles", `${name}-galera-settings`),
  type: "trivet:index:ConfigFiles",
  custom: true,
  id: name,
  inputs: { endpoint: `ssh://root@${name}` },
  dependencies: [container(name).urn],
});
const stack = { urn: urn("pulumi:pulumi:Stack", "trivet-site"), type: "pulumi:pulumi:Stack", custom: false };
const state = (...resources: object[]) =>
  ({ manifest: { time: "t", magic: "", version: "" }, resources: [stack, ...resources] }) as Parameters<
    typeof withoutHosts
  >[0];

test("what was on a dead host is recorded no more, and nobody waits for it", (t) => {
  const before = state(
    provider("n1"),
    provider("w1"),
    container("w1"),
    settingsOf("w1"),
    container("n1", [container("w1").urn, settingsOf("w1").urn]),
  );
  const { state: after, names } = withoutHosts(before, ["ssh://root@w1"]);
  t.deepEqual(names, ["trivet-site-w1-galera"]);
  t.deepEqual(
    after.resources!.map((resource) => resource.urn),
    [stack.urn, provider("n1").urn, container("n1").urn],
  );
  t.deepEqual(after.resources!.at(-1)!.dependencies, []);
  t.deepEqual(after.resources!.at(-1)!.propertyDependencies, { image: [], mounts: [] });
  t.deepEqual(deploymentProblems(after, "trivet", "site"), [], "an engine goes on from it");
});

test("a creation that was cut off there is no more either", (t) => {
  const before = {
    ...state(provider("n1"), provider("w1")),
    pending_operations: [
      { type: "creating" as const, resource: container("w1") },
      { type: "creating" as const, resource: container("n1") },
    ],
  } as Parameters<typeof withoutHosts>[0];
  const { state: after } = withoutHosts(before, ["ssh://root@w1"]);
  t.deepEqual(
    after.pending_operations!.map(({ resource }) => resource.urn),
    [container("n1").urn],
  );
});

test("a state of which nothing is there stays as it is", (t) => {
  const before = state(provider("n1"), container("n1"));
  t.deepEqual(withoutHosts(before, ["ssh://root@w1"]), { state: before, names: [] });
});

test("a word says what becomes of it, and what to do should it come back", (t) => {
  t.regex(goneText("site", host("w1")), /^w1 \(ssh:\/\/root@w1\) does not answer.*docker rm -f/);
});
