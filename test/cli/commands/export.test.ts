import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { recordedContainers } from "../../../cli/environment/containers.ts";
import type { ResourceState } from "../../../engine/index.ts";
import { createCommand } from "../../../operations/export/container.ts";
import { exported } from "../../../operations/export/index.ts";
import { run } from "../../stacks/program.ts";
import { fakeDaemon, inventoryOf, makeProject } from "../project.ts";

test("a folder that is only its owner's; one with files in it is refused", async (t) => {
  const [project, daemon] = await Promise.all([makeProject(), fakeDaemon("site", ["trivet-site-db1-galera"])]);
  const parent = await mkdtemp(join(tmpdir(), "trivet-export-"));
  t.teardown(async () => {
    daemon.close();
    await Promise.all([project.remove(), rm(parent, { recursive: true })]);
  });
  await project.record("site", inventoryOf("site", daemon.endpoint));
  const folder = join(parent, "plain");
  const first = await project.trivet("export", "site", "--to", folder);
  t.is(first.exitCode, 0, first.stderr);
  t.is((await stat(folder)).mode & 0o777, 0o700);
  t.deepEqual((await readdir(folder)).toSorted(), ["README.md", "others"]);
  t.regex(await readFile(join(folder, "README.md"), "utf8"), /# site, without Trivet/);
  const second = await project.trivet("export", "site", "--to", folder);
  t.is(second.exitCode, 2);
  t.regex(second.stderr, /has files in it already/);
  t.deepEqual(daemon.done, []);
});

for (const environment of ["staging", "dev"]) {
  test.serial(
    `all that ${environment} is made of can be said to docker, and no secret is in a file that all may read`,
    async (t) => {
      const { resources } = await run(environment);
      const states = resources.map(({ type, name, inputs }) => ({
        ...{ urn: `urn:pulumi:x::trivet::${type}::${name}`, type, custom: true, id: `${name}-id`, inputs },
        ...{ outputs: { imageId: `sha256:${name}` }, dependencies: [], propertyDependencies: {} },
      })) as unknown as ResourceState[];
      const recorded = await recordedContainers(environment, states);
      t.true(recorded.containers.length > 20);
      t.deepEqual(
        recorded.containers.flatMap((each) => createCommand(each).left),
        [],
      );
      t.deepEqual(
        recorded.containers.filter(({ image }) => image.startsWith("sha256:")).map(({ name }) => name),
        [],
      );
      const files = exported(recorded);
      const secret = files.filter(({ content }) => /made-up|KEY/.test(String(content)));
      t.true(secret.length > 10);
      t.deepEqual(
        secret.filter(({ mode }) => mode !== 0o600).map(({ path }) => path),
        [],
      );
    },
  );
}
