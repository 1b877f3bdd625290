import { rm } from "node:fs/promises";
import test from "ava";
import { reap } from "../../cli/environment/leftovers.ts";
import { objectsOf } from "../../cli/environment/objects.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import * as engine from "../../engine/index.ts";
import { eventually, example, inContainer } from "../e2e/environment.ts";

const endpoint = "unix:///var/run/docker.sock";

test.serial("the example's cluster comes up from the components alone, and goes without a trace", async (t) => {
  t.timeout(10 * 60_000);
  const { folder, options } = await example("test");
  t.teardown(() => rm(folder, { recursive: true }));
  t.deepEqual((await engine.destroy(options)).errors, []);
  // What a run of another clone left: a volume with data would rightly keep the nodes from making a new cluster.
  await reap(endpoint, "example");
  const up = await engine.up(options);
  t.teardown(() => engine.destroy(options));
  t.deepEqual(up.errors, []);

  const services = (await engine.outputs({ ...options, showSecrets: true })).services as ServiceRecord[];
  const [node] = services.filter(({ service }) => service === "consul-server");
  const addresses = services.filter(({ service }) => service === "galera").map(({ address }) => address);
  await eventually(async () => {
    const { stdout } = await inContainer(
      node!,
      "dig",
      "@127.0.0.1",
      "-p",
      "8600",
      "orders-db.service.consul",
      "+short",
    );
    if (stdout.split("\n").sort().join() !== addresses.join()) throw new Error(`the name answers [${stdout}]`);
  });

  t.deepEqual((await engine.destroy(options)).errors, []);
  // The engine alone leaves the data; `trivet destroy` and this test do not.
  t.deepEqual(
    (await reap(endpoint, "example")).map(({ name }) => name).sort(),
    services
      .filter(({ service }) => service === "galera")
      .map(({ container }) => `${container}-data`)
      .sort(),
  );
  t.deepEqual(await objectsOf(endpoint, "example"), []);
});
