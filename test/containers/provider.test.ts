import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import Docker from "dockerode";
import { execa } from "execa";
import { InitFailure } from "../../engine/plugin/init-failure.ts";
import type { Props } from "../../engine/wire/values.ts";
import { ProviderClient } from "../engine-docker/client.ts";

const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";
const CONTAINER = "docker:index/container:Container";
const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";

const ENVIRONMENT = "trial-provider";
const labels = [{ label: "io.trivet.environment", value: ENVIRONMENT }];
const ours = { "io.trivet.environment": ENVIRONMENT };
const docker = new Docker();

let provider: ProviderClient;
let image: string;

test.before(async () => {
  await reap();
  const [base] = await docker.listImages({ filters: { reference: ["trivet/base"] } });
  if (!base) throw new Error("These tests need the image trivet/base on this machine: `npx trivet images` builds it.");
  image = base.Id;
  provider = await ProviderClient.start();
});

test.after.always(async () => {
  await provider?.stop();
  await reap();
});

/** Removes whatever these tests, or an earlier broken run of them, left. */
async function reap(): Promise<void> {
  const filters = { name: ["trial-provider-"] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
}

/** Inputs of a container that idles; its name tells the test that made it. */
const idle = (name: string, more: Props = {}): Props => ({
  name: `trial-provider-${name}`,
  image,
  command: ["sleep", "1000"],
  labels,
  ...more,
});

const healthcheck = (...tests: string[]): Props => ({ tests, interval: "0.2s", timeout: "2s", retries: 1 });

const exec = async (container: string, ...command: string[]) =>
  (await execa("docker", ["exec", container, ...command])).stdout;

const names = async () =>
  (await docker.listContainers({ all: true })).flatMap((found) => found.Names.map((name) => name.slice(1)));

test.serial(
  "a pod with an address, a service in its network with files and a volume: made, read, removed",
  async (t) => {
    const net = await provider.create(NETWORK, {
      name: "trial-provider-net",
      labels,
      ipamConfigs: [{ subnet: "198.18.240.0/24", gateway: "198.18.240.1" }],
      options: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
    });
    const volume = await provider.create(VOLUME, { name: "trial-provider-volume", labels });
    const pod = await provider.create(
      CONTAINER,
      idle("pod", {
        networksAdvanced: [{ name: "trial-provider-net", ipv4Address: "198.18.240.10" }],
        sysctls: { "net.ipv4.ip_forward": "1" },
        capabilities: { adds: ["NET_ADMIN"] },
        ports: [{ internal: 80, external: 18240, ip: "127.0.0.1" }],
      }),
    );
    const service = await provider.create(
      CONTAINER,
      idle("service", {
        networkMode: `container:${pod.id}`,
        uploads: [
          { file: "/etc/trial/secret", content: "first\n", permissions: "0600" },
          { file: "/etc/trial/run", contentBase64: Buffer.from("second").toString("base64"), executable: true },
        ],
        volumes: [{ volumeName: "trial-provider-volume", containerPath: "/data" }],
        healthcheck: healthcheck("CMD", "true"),
        wait: true,
        destroyGraceSeconds: 1,
      }),
    );

    t.is(
      await exec("trial-provider-service", "sh", "-c", "cd /etc/trial; stat -c '%a %u:%g %n' *; cat secret run"),
      "744 0:0 run\n600 0:0 secret\nfirst\nsecond",
    );
    t.regex(await exec("trial-provider-service", "cat", "/proc/net/fib_trie"), /198\.18\.240\.10/);
    t.regex(await exec("trial-provider-service", "cat", "/proc/mounts"), / \/data /);
    t.like((pod.outputs.networkDatas as Props[])[0], { ipAddress: "198.18.240.10", networkName: "trial-provider-net" });
    t.deepEqual(pod.outputs.ports, [{ external: 18240, internal: 80, ip: "127.0.0.1", protocol: "tcp" }]);

    const made: [string, Awaited<ReturnType<ProviderClient["create"]>>][] = [
      [CONTAINER, service],
      [CONTAINER, pod],
      [VOLUME, volume],
      [NETWORK, net],
    ];
    for (const [type, resource] of made) {
      const read = await provider.read(type, resource.id, resource);
      t.deepEqual(read, { inputs: resource.inputs, outputs: resource.outputs });
      t.deepEqual((await provider.diff(type, resource, resource.inputs)).properties, []);
    }
    for (const [type, resource] of made) await provider.delete(type, resource.id, resource);
    for (const [type, resource] of made) {
      t.is(await provider.read(type, resource.id, resource), undefined);
      await t.notThrowsAsync(provider.delete(type, resource.id, resource));
    }
  },
);

test.serial("a stopped container shows as a change that starts it again", async (t) => {
  const made = await provider.create(CONTAINER, idle("stopped"));
  await docker.getContainer(made.id).kill();
  const read = await provider.read(CONTAINER, made.id, made);
  t.like(read!.outputs, { mustRun: false, exitCode: 137 });
  const diff = await provider.diff(CONTAINER, read!, made.inputs);
  t.deepEqual(diff, { properties: ["mustRun"], replaces: [], deleteBeforeReplace: false });
  const outputs = await provider.update(CONTAINER, made.id, read!, made.inputs);
  t.deepEqual(outputs, made.outputs);

  await docker.getContainer(made.id).remove({ force: true });
  const error = await t.throwsAsync(provider.update(CONTAINER, made.id, read!, made.inputs));
  t.is(error!.message, "Container trial-provider-stopped is gone. Refresh the stack, then bring it up again.");
});

test.serial("an update changes the restart policy and the memory limit of the living container", async (t) => {
  const made = await provider.create(CONTAINER, idle("update", { restart: "no", memory: 64 }));
  const news = { ...made.inputs, restart: "unless-stopped", memory: 48 };
  const outputs = await provider.update(CONTAINER, made.id, made, news);
  t.like(outputs, { id: made.id, restart: "unless-stopped", memory: 48 });
});

test.serial(
  "a container that does not get healthy is kept, told of with its log, and mended by the next run",
  async (t) => {
    const inputs = idle("sick", {
      command: ["sh", "-c", "echo waiting for the others; exec sleep 1000"],
      envs: ["PASSWORD=never-show-this"],
      // Large, too: what an error can carry is limited.
      uploads: [{ file: "/etc/trial", content: "never-show-that".repeat(20_000) }],
      healthcheck: healthcheck("CMD", "test", "-e", "/run/well"),
      wait: true,
      waitTimeout: 2,
    });
    const error = await t.throwsAsync(provider.create(CONTAINER, inputs), { instanceOf: InitFailure });
    const { id, outputs, message } = error as InitFailure;
    t.regex(message, /^Container trial-provider-sick was not healthy within 2 s\. Its state is "running", health "/);
    t.true(message.endsWith("Last log lines:\nwaiting for the others"), message);
    t.notRegex(message, /never-show/);
    t.like(outputs, { id, name: "trial-provider-sick" });

    await exec("trial-provider-sick", "touch", "/run/well");
    const { inputs: checked } = await provider.check(CONTAINER, inputs);
    await t.notThrowsAsync(provider.update(CONTAINER, id, { inputs: checked, outputs }, checked));
  },
);

test.serial("a container that ends is not waited for", async (t) => {
  const inputs = idle("ends", {
    command: ["sh", "-c", "echo no such setting; exit 3"],
    healthcheck: healthcheck("CMD", "true"),
    wait: true,
    waitTimeout: 300,
  });
  const { message } = (await t.throwsAsync(provider.create(CONTAINER, inputs), { instanceOf: InitFailure }))!;
  t.is(
    message,
    'Container trial-provider-ends ended before it was healthy. Its state is "exited" with exit code 3, health "unhealthy". Last log lines:\nno such setting',
  );
});

test.serial("Cancel ends a wait", async (t) => {
  const other = await ProviderClient.start();
  t.teardown(() => other.stop());
  const creation = other.create(
    CONTAINER,
    idle("cancelled", { healthcheck: healthcheck("CMD", "false"), wait: true, waitTimeout: 300 }),
  );
  while (!(await names()).includes("trial-provider-cancelled")) await new Promise((resolve) => setTimeout(resolve, 50));
  await other.cancel();
  const error = await t.throwsAsync(creation, { instanceOf: InitFailure });
  t.regex(error!.message, /^Container trial-provider-cancelled was not healthy yet when the run was cancelled\./);
  t.is(await other.stop(), 0);
});

test.serial("a container that can't be prepared leaves nothing behind", async (t) => {
  const inputs = idle("unprepared", { uploads: [{ file: "/etc/trial", source: "/nowhere/trial" }] });
  const error = await t.throwsAsync(provider.create(CONTAINER, inputs));
  t.false(error instanceof InitFailure);
  t.is(
    error!.message,
    "Container trial-provider-unprepared was removed again, as it could not be prepared: ENOENT: no such file or directory, open '/nowhere/trial'",
  );
  t.false((await names()).includes("trial-provider-unprepared"));
});

test.serial("a container of the same name: ours is made anew, another's is left alone", async (t) => {
  const left = await docker.createContainer({ name: "trial-provider-left", Image: image, Labels: ours });
  const made = await provider.create(CONTAINER, idle("left"));
  t.not(made.id, left.id);
  t.is(await provider.read(CONTAINER, left.id, made), undefined);

  const foreign = await docker.createContainer({ name: "trial-provider-foreign", Image: image });
  const error = await t.throwsAsync(provider.create(CONTAINER, idle("foreign")));
  t.is(
    error!.message,
    "A container trial-provider-foreign already exists, and it does not carry the label io.trivet.environment=trial-provider. Remove it with `docker rm -f trial-provider-foreign`, or give this container another name.",
  );
  t.is((await docker.getContainer("trial-provider-foreign").inspect()).Id, foreign.id);
});

test.serial("a network of the same name: ours is adopted when it is the same, else both sides are told", async (t) => {
  const inputs = { name: "trial-provider-same", labels, ipamConfigs: [{ subnet: "198.18.241.0/24" }] };
  const made = await provider.create(NETWORK, inputs);
  const adopted = await provider.create(NETWORK, inputs);
  t.is(adopted.id, made.id);
  t.deepEqual(adopted.outputs, made.outputs);

  const moved = provider.create(NETWORK, { ...inputs, ipamConfigs: [{ subnet: "198.18.242.0/24" }] });
  t.is(
    (await t.throwsAsync(moved))!.message,
    "A network trial-provider-same of this environment already exists with another subnet or gateway. Remove it with `docker network rm trial-provider-same`, or give this network another name.",
  );
  const foreign = provider.create(NETWORK, { ...inputs, labels: [{ label: "io.trivet.environment", value: "other" }] });
  t.is(
    (await t.throwsAsync(foreign))!.message,
    "A network trial-provider-same already exists, and its label says io.trivet.environment=trial-provider, not other. Remove it with `docker network rm trial-provider-same`, or give this network another name.",
  );
  const overlapping = provider.create(NETWORK, { ...inputs, name: "trial-provider-overlap" });
  t.regex(
    (await t.throwsAsync(overlapping))!.message,
    /^Network trial-provider-overlap asks for 198\.18\.241\.0\/24, which is used by the Docker network trial-provider-same \(198\.18\.241\.0\/24\)\./,
  );
});

test.serial("a volume of the same name: ours is adopted with its data, another's is refused", async (t) => {
  await docker.createVolume({ Name: "trial-provider-data", Labels: ours });
  await docker.createVolume({ Name: "trial-provider-theirs" });
  const made = await provider.create(VOLUME, { name: "trial-provider-data", labels });
  t.is(made.id, "trial-provider-data");
  const error = await t.throwsAsync(provider.create(VOLUME, { name: "trial-provider-theirs", labels }));
  t.is(
    error!.message,
    "A volume trial-provider-theirs already exists, and it does not carry the label io.trivet.environment=trial-provider. Remove it with `docker volume rm trial-provider-theirs` (its data is lost), or give this volume another name.",
  );
});

test.serial("a network in use is said to be so, with who uses it", async (t) => {
  const net = await provider.create(NETWORK, {
    name: "trial-provider-used",
    labels,
    ipamConfigs: [{ subnet: "198.18.243.0/24" }],
  });
  const user = await provider.create(CONTAINER, idle("user", { networksAdvanced: [{ name: "trial-provider-used" }] }));
  const removal = provider.delete(NETWORK, net.id, net);
  // A container that goes at the same time is waited for.
  await provider.delete(CONTAINER, user.id, user);
  await t.notThrowsAsync(removal);
});

test.serial("an image that is here is used, one that no registry has is told of", async (t) => {
  const [{ RepoTags: [name] = [] } = { RepoTags: [] }] = await docker.listImages({
    filters: { reference: ["trivet/base"] },
  });
  const here = await provider.create(REMOTE_IMAGE, { name: name!, keepLocally: true });
  t.is(here.outputs.imageId, image);
  await provider.delete(REMOTE_IMAGE, here.id, here);
  t.is((await docker.getImage(name!).inspect()).Id, image);

  const missing = await t.throwsAsync(provider.create(REMOTE_IMAGE, { name: "127.0.0.1:9/trivet/missing:1" }));
  t.regex(
    missing!.message,
    /^Image 127\.0\.0\.1:9\/trivet\/missing:1 is not on this Docker host, and no registry gave it \(.*refused.*\)\. Load it with /,
  );
});

/** A provider for a remote host, with a script in the place of ssh. */
async function startRemote(t: ExecutionContext, script: string): Promise<{ remote: ProviderClient; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-ssh-"));
  await writeFile(join(folder, "ssh"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const path = process.env.PATH;
  process.env.PATH = [folder, path].join(delimiter);
  const remote = await ProviderClient.start({ host: "ssh://admin@db1.example", sshOpts: ["-i", "/a/key"] });
  process.env.PATH = path;
  t.teardown(() => remote.stop());
  return { remote, folder };
}

test.serial("a remote daemon is reached through the system's own ssh", async (t) => {
  // Notes its arguments and runs here what it is to run there.
  const { remote, folder } = await startRemote(
    t,
    'echo "$@" >> "$(dirname "$0")/calls"; while [ "$1" != -- ]; do shift; done; shift 2; exec "$@"',
  );
  const inputs = idle("remote", { uploads: [{ file: "/etc/trial", content: "x".repeat(200_000) }] });
  const made = await remote.create(CONTAINER, inputs);
  t.is((await docker.getContainer("trial-provider-remote").inspect()).Id, made.id);
  await remote.delete(CONTAINER, made.id, made);
  const { stdout } = await execa("sort", ["-u", join(folder, "calls")]);
  const keepAlive = "-o ServerAliveInterval=5 -o ServerAliveCountMax=3";
  t.is(
    stdout,
    `-i /a/key -o BatchMode=yes -o ConnectTimeout=15 ${keepAlive} -l admin -- db1.example docker system dial-stdio`,
  );
  t.is(await remote.stop(), 0);
});

test.serial("a remote daemon that ssh does not reach", async (t) => {
  const { remote } = await startRemote(
    t,
    'echo "ssh: connect to host db1.example port 22: No route to host" >&2; exit 255',
  );
  const error = await t.throwsAsync(remote.create(VOLUME, { name: "trial-provider-none", labels }));
  t.is(
    error!.message,
    "Docker does not answer at ssh://admin@db1.example: ssh ended with exit code 255 (ssh: connect to host db1.example port 22: No route to host). `ssh admin@db1.example docker version` must work without a question.",
  );
  t.is(await remote.stop(), 0);
});

test.serial("without a daemon the error says how to start one", async (t) => {
  const none = await ProviderClient.start({ host: "unix:///nowhere/docker.sock" });
  t.teardown(() => none.stop());
  const error = await t.throwsAsync(none.create(VOLUME, { name: "trial-provider-none", labels }));
  t.is(
    error!.message,
    "Docker does not answer at unix:///nowhere/docker.sock: there is no such socket: install Docker Engine, or start it (`systemctl start docker`, or `dockerd`).",
  );
  t.is(await none.stop(), 0);
});
