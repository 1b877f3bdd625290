import test from "ava";
import Docker from "dockerode";
import { execa } from "execa";
import type { ConfigFilesInputs } from "../../components/files/index.ts";
import { configFiles } from "../../provider/files.ts";

const docker = new Docker();
const container = "trial-files";
const folder = "/etc/trial";
const labels = { "io.trivet.environment": "trial-files" };

/** What the daemon of this trial refuses: a file that says so. What it took is in /tmp/applied. */
const apply = [
  "sh",
  "-c",
  `if grep -rq refuse ${folder}; then echo "not this one"; exit 3; fi; ls ${folder} > /tmp/applied`,
];

let inputs: Omit<ConfigFilesInputs, "files">;
const context = { signal: new AbortController().signal };
const put = (files: Record<string, string>) => configFiles.update!({ ...inputs, files }, { ...inputs, files }, context);

test.before(async () => {
  await remove();
  const [base] = await docker.listImages({ filters: { reference: ["trivet/base"] } });
  if (!base) throw new Error("This test needs the image trivet/base on this machine: `npx trivet images` builds it.");
  const made = await docker.createContainer({
    name: container,
    Image: base.Id,
    Cmd: ["sleep", "1000"],
    Labels: labels,
  });
  await made.start();
  inputs = { endpoint: "unix:///var/run/docker.sock", container, containerId: made.id, folder, apply };
});
test.after.always(remove);

async function remove(): Promise<void> {
  const left = await docker.listContainers({ all: true, filters: { name: [container] } });
  for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
}

const inside = async (...command: string[]) => (await execa("docker", ["exec", container, ...command])).stdout;
const listed = () => inside("find", folder, "-type", "f", "-printf", "%P %m\n");

test.serial("files are put into a folder that need not be there, and the daemon takes them", async (t) => {
  await configFiles.create({ ...inputs, files: { "a.conf": "a\n", "zone/b.conf": "b\n" } }, context);
  t.deepEqual((await listed()).split("\n").sort(), ["a.conf 644", "zone/b.conf 644"]);
  t.is(await inside("cat", `${folder}/zone/b.conf`), "b");
  t.is(await inside("cat", "/tmp/applied"), "a.conf\nzone");
});

test.serial("what is no longer listed is removed", async (t) => {
  await put({ "a.conf": "a2\n" });
  t.is(await listed(), "a.conf 644");
});

test.serial("what the daemon refuses is taken back, and its reason told", async (t) => {
  await t.throwsAsync(put({ "c.conf": "refuse\n" }), {
    message: /files for \/etc\/trial in container trial-files were refused \(exit code 3 of .*\n?.*not this one/s,
  });
  t.is(await listed(), "a.conf 644");
  t.is(await inside("cat", `${folder}/a.conf`), "a2");
  t.is(await inside("ls", "/tmp"), "applied");
});

test.serial("a file can't leave its folder", async (t) => {
  for (const path of ["../escaped", "/escaped", "zone/../../escaped"]) {
    await t.throwsAsync(put({ [path]: "x" }), { message: /outside/ }, path);
  }
});

test.serial("deletion empties the folder; a stopped or missing container has nothing to delete", async (t) => {
  await configFiles.delete!({ ...inputs, files: {} });
  t.is(await listed(), "");
  await docker.getContainer(container).stop({ t: 0 });
  await t.notThrowsAsync(configFiles.delete!({ ...inputs, files: {} }));
  await t.throwsAsync(put({}), { message: /to run, which it does not/ });
  await remove();
  await t.notThrowsAsync(configFiles.delete!({ ...inputs, files: {} }));
});
