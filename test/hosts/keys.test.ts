import test from "ava";
import type { ServiceRecord } from "../../core/inventory.ts";
import { DockerProvider } from "../../engine/docker/provider.ts";
import { probe } from "../../health/probe.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { exec } from "../../hosts/exec.ts";
import { reach } from "../../hosts/reach.ts";
import { healthGate } from "../../provider/health.ts";
import { startSshd } from "./sshd.ts";

const sshd = await startSshd();
test.after.always(() => sshd.close());
const { endpoint } = sshd;
const container = "trivet-t-db1-galera";
const service: ServiceRecord = {
  service: "galera",
  host: "db1",
  domain: "a",
  address: "198.18.1.11",
  endpoint,
  container,
};

const gate = (timeout: number) =>
  healthGate.create(
    { endpoint: fresh(), container, containerId: "1", timeout },
    { signal: new AbortController().signal },
  );

const engine = () => {
  const provider = new DockerProvider();
  provider.configure({ host: endpoint });
  const name = "debian";
  return provider.create({ type: "docker:index/remoteImage:RemoteImage", name: "image" }, { name }, false);
};

test.serial("a refused host is out of reach in the status, with why and the way on", async (t) => {
  sshd.know("none");
  const [seen] = await probe({ environment: "t", services: [service] } as never);
  t.is(seen?.container, "unreachable");
  t.regex(seen?.error ?? "", /its host key is not known\. Run "ssh /);
});

/** Connections are kept for each endpoint: a key is looked at when one is made. */
let connections = 0;
const fresh = () => endpoint.replace("somebody", `somebody${connections++}`);

/** Every way to a host. */
const ways: Record<string, () => Promise<unknown>> = {
  "an exec": () => exec({ container, endpoint: fresh() }, ["health"], 20_000),
  "the provider's call": () => reach({ container, endpoint: fresh() }, { within: 20_000 }, (it) => it.inspect()),
  "a gate": () => gate(4),
  "a command's call": () => dockerAt(fresh()).ping(),
  "the engine": engine,
};

for (const [name, go] of Object.entries(ways)) {
  test.serial(`${name}: a host key that is not known is refused, and nothing reaches the host`, async (t) => {
    sshd.know("none");
    const error = await t.throwsAsync(go());
    t.regex(error.message, /its host key is not known.*Host key verification failed/s);
    t.deepEqual(sshd.requests(), []);
  });
  test.serial(`${name}: a changed host key is refused, and nothing reaches the host`, async (t) => {
    sshd.know("another");
    const error = await t.throwsAsync(go());
    t.regex(error.message, /its host key is another one than the known one.*Host key verification failed/s);
    t.deepEqual(sshd.requests(), []);
  });
  test.serial(`${name}: a known host key is taken`, async (t) => {
    sshd.know();
    await go();
    t.true(sshd.requests().length > 0);
  });
}
