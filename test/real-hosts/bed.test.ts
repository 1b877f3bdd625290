import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { objectsWith } from "../../cli/environment/objects.ts";
import { docker, LOCAL } from "../../cli/setup/docker.ts";
import { registryImage } from "../../cli/setup/images.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { runOn } from "../../hosts/ssh.ts";
import { imageTag } from "../../images/index.ts";
import { BED } from "../../lab/hosts/plan.ts";
import { carry, deliveries, startRegistry } from "../../operations/images/index.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";

const environment = "staging";
const project = join(import.meta.dirname, "../..");
const folder = join(project, ".trivet/bed", environment);
const hosts = readSettings(fileSettings(environment)).settings.hosts.map(({ name, address, endpoint }) => ({
  ...{ name, address },
  endpoint: endpoint!,
}));
const [north1, south1] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];

const trivet = (...args: string[]) =>
  execa(process.execPath, [join(project, "cli/main.ts"), ...args], { cwd: project, all: true });
const bed = () => objectsWith(LOCAL, `${BED}=${environment}`);

test.before("the bed comes up", async (t) => {
  const former = await bed();
  if (former.length) throw new Error(`A bed of ${environment} is there already: trivet lab hosts down ${environment}`);
  await trivet("images");
  if (await registryImage.check()) await registryImage.make!(() => {});
  const { all } = await trivet("lab", "hosts", "up", environment);
  for (const { name } of hosts) t.regex(all, new RegExp(`${name}: Docker \\d`));
  process.env.TRIVET_SSH_CONFIG = join(folder, "ssh_config");
});

test.after.always("the bed goes, and leaves nothing", async (t) => {
  await trivet("lab", "hosts", "down", environment, "--yes");
  t.deepEqual(await bed(), []);
  t.false(existsSync(folder));
});

test.serial("each host is a machine of its own: its name, its Docker, its operator", async (t) => {
  for (const { name, endpoint } of hosts) {
    const { stdout } = await runOn(endpoint, [
      "sh",
      "-c",
      "hostname; id -un; docker info --format '{{.Name}} {{.Driver}}'",
    ]);
    t.is(stdout, `${name}\ntrivet\n${name} overlay2\n`);
    t.deepEqual(await dockerAt(endpoint).listContainers(), []);
  }
});

test.serial("between the sites pass only the declared flows, and nothing leads out", async (t) => {
  const answers = async (argv: string[]) => (await runOn(north1.endpoint, ["timeout", "3", ...argv])).code === 0;
  // Consul's and Galera's ports are open in the router, where nothing listens yet: refused, not silent.
  const { stderr } = await runOn(north1.endpoint, ["nc", "-vzw3", south1.address, "4567"]);
  t.regex(stderr, /refused/);
  const undeclared = await runOn(north1.endpoint, ["nc", "-vzw3", south1.address, "4569"]);
  t.regex(undeclared.stderr, /timed out/);
  t.false(await answers(["ping", "-c1", "-w2", "9.9.9.9"]));
  t.true(await answers(["ping", "-c1", "-w2", "192.0.2.1"]));
});

test.serial("no host sets the clock of this machine", async (t) => {
  const { code, stderr } = await runOn(north1.endpoint, ["sudo", "date", "--set", "2020-01-01"]);
  t.not(code, 0);
  t.regex(stderr, /not permitted/);
});

test.serial("a changed host key is refused, an unknown one too", async (t) => {
  const file = join(folder, "known_hosts");
  const known = readFileSync(file, "utf8");
  t.teardown(() => writeFileSync(file, known));
  const [first, second] = known.trim().split("\n") as [string, string];
  const key = second.split(" ").slice(1).join(" ");
  // A new connection: the one that is open was checked when it was made.
  const fresh = `${north1.endpoint}/`;
  writeFileSync(file, `${first.split(" ")[0]} ${key}\n`);
  await t.throwsAsync(runOn(fresh, ["true"]), { message: /its host key is another one than the known one/ });
  await t.throwsAsync(dockerAt(fresh).ping(), { message: /its host key is another one than the known one/ });
  writeFileSync(file, "");
  await t.throwsAsync(runOn(fresh, ["true"]), { message: /its host key is not known/ });
  await t.throwsAsync(dockerAt(fresh).ping(), { message: /its host key is not known/ });
});

test.serial("many connections at once, with sshd's limits as they are", async (t) => {
  const all = Array.from({ length: 40 }, (_, n) => runOn(hosts[n % hosts.length]!.endpoint, ["echo", String(n)]));
  t.deepEqual(
    (await Promise.all(all)).map(({ stdout }) => stdout.trim()),
    Array.from({ length: 40 }, (_, n) => String(n)),
  );
});

test.serial("a connection that breaks in the middle of a layer: it goes on", async (t) => {
  const image = imageTag("supervisor");
  const registry = await startRegistry(docker, imageTag("registry"));
  try {
    const stored = await registry.store(image);
    let breaks = 0;
    const breakIt = () => {
      breaks++;
      void execa("docker", [
        "exec",
        `trivet-bed-${environment}-${south1.name}`,
        "pkill",
        "-KILL",
        "-u",
        "trivet",
        "sshd",
      ]);
    };
    const bytes = await carry(south1.endpoint, registry.port, [stored], (at) => {
      if (breaks === 0 && /: [1-9]\d+\.\d MB of/.test(at)) breakIt();
    });
    t.is(breaks, 1);
    t.is((await dockerAt(south1.endpoint).getImage(image).inspect()).Id, stored.id);
    const manifest = await fetch(`http://127.0.0.1:${registry.port}/v2/trivet/supervisor/manifests/${stored.digest}`, {
      headers: {
        Accept: "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json",
      },
    });
    const { layers } = (await manifest.json()) as { layers: { size: number }[] };
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    // What was under way is sent again, what was there is not.
    t.log(`${bytes} bytes for ${size}`);
    t.true(bytes < 1.9 * size);
  } finally {
    await registry.close();
  }
});

test.serial("an image is carried once, and of the next one only what is new", async (t) => {
  const [base, pod] = [imageTag("base"), imageTag("pod")];
  const registry = await startRegistry(docker, imageTag("registry"));
  try {
    const send = async (endpoint: string, image: string) => {
      const needed = new Map([[endpoint, [image]]]);
      const ids = async (where: string) =>
        new Map(
          (await dockerAt(where).listImages()).flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag, Id])),
        );
      const plan = deliveries(needed, new Map([[endpoint, await ids(endpoint)]]), await ids(LOCAL));
      let bytes = 0;
      for (const { images } of plan) {
        bytes += await carry(endpoint, registry.port, await Promise.all(images.map(registry.store)), () => {});
      }
      t.is((await ids(endpoint)).get(image), (await ids(LOCAL)).get(image));
      return bytes;
    };
    const whole = await send(north1.endpoint, base);
    t.true(whole > 20e6, `${whole} bytes for the base`);
    t.is(await send(north1.endpoint, base), 0);
    const layer = await send(north1.endpoint, pod);
    t.true(layer > 0 && layer < whole / 5, `${layer} bytes for the pod`);
    t.log(`base ${whole} bytes, then 0; pod on top of it ${layer} bytes`);
    const left = await dockerAt(north1.endpoint).listImages();
    t.deepEqual(left.flatMap(({ RepoTags }) => RepoTags ?? []).sort(), [base, pod].sort());
  } finally {
    await registry.close();
  }
});
