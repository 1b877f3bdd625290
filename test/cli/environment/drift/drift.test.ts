// What is there against what is recorded.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import tar from "tar-stream";
import { driftOfFiles, expectedFiles } from "../../../../cli/environment/drift/files.ts";
import { driftIn } from "../../../../cli/environment/drift/finding.ts";
import { fakeDaemon, inventoryOf, makeProject } from "../../project.ts";

const urn = (type: string, name: string) => `urn:pulumi:site::trivet::${type}::${name}`;
const container = urn("trivet:index:GaleraCluster$docker:index/container:Container", "galera-db1");

test("expected are the files that a container was made with, and those of a folder in it", (t) => {
  const provider = urn("pulumi:providers:docker", "docker-db1");
  const files = expectedFiles([
    { urn: provider, id: "p", type: "pulumi:providers:docker", inputs: { host: "ssh://db1" } },
    {
      ...{ urn: container, type: "docker:index/container:Container", provider: `${provider}::p` },
      inputs: {
        name: "trivet-site-db1-galera",
        uploads: [
          { file: "/etc/node.cnf", content: "a" },
          { file: "/etc/key", contentBase64: "YQ==" },
        ],
      },
    },
    {
      ...{ urn: urn("trivet:index:ConfigFiles", "zones"), type: "trivet:index:ConfigFiles" },
      inputs: { endpoint: "ssh://m1", container: "c", folder: "/etc/zones", files: { "a/b.conf": "text" } },
    },
  ]);
  t.deepEqual(
    files.map(({ endpoint, container, files }) => [
      endpoint,
      container,
      [...files].map(([path, content]) => [path, String(content)]),
    ]),
    [
      [
        "ssh://db1",
        "trivet-site-db1-galera",
        [
          ["/etc/node.cnf", "a"],
          ["/etc/key", "a"],
        ],
      ],
      ["ssh://m1", "c", [["/etc/zones/a/b.conf", "text"]]],
    ],
  );
});

/** A daemon that has one container with these files. */
async function daemonWith(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-files-"));
  const server = createServer((request, response) => {
    const path = new URL(request.url!, "http://docker").searchParams.get("path")!;
    const content = files[path];
    if (content === undefined) return void response.writeHead(404).end(JSON.stringify({ message: "no such file" }));
    const archive = tar.pack();
    archive.entry({ name: path.split("/").at(-1)! }, content);
    archive.finalize();
    archive.pipe(response.writeHead(200));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
  server.unref();
  const close = () => {
    server.closeAllConnections();
    server.close();
    return rm(folder, { recursive: true });
  };
  return { endpoint: `unix://${folder}/docker.sock`, close };
}

test("a file with another content, and one that is gone, are found; their content is not told", async (t) => {
  const { endpoint, close } = await daemonWith({ "/etc/same": "as recorded", "/etc/other": "by hand" });
  t.teardown(close);
  const files = new Map([
    ["/etc/same", Buffer.from("as recorded")],
    ["/etc/other", Buffer.from("as recorded, a secret")],
    ["/etc/gone", Buffer.from("as recorded")],
  ]);
  t.deepEqual(await driftOfFiles([{ urn: container, endpoint, container: "c", files }]), [
    { kind: "file", name: "galera-db1", type: "Container", detail: "/etc/other has another content" },
    { kind: "file", name: "galera-db1", type: "Container", detail: "/etc/gone is gone" },
  ]);
});

test("a daemon that is not there makes its files unknown, and no others", async (t) => {
  const { endpoint, close } = await daemonWith({ "/etc/same": "a" });
  t.teardown(close);
  const files = new Map([["/etc/same", Buffer.from("a")]]);
  const [found, ...more] = await driftOfFiles([
    { urn: container, endpoint: "unix:///nowhere/docker.sock", container: "c", files },
    { urn: container, endpoint, container: "c", files },
  ]);
  t.deepEqual(more, []);
  t.is(found!.kind, "unknown");
  t.regex(found!.detail!, /^\/etc\/same: /);
});

test("a step of the look is a finding, unless all is as it was", (t) => {
  const step = { kind: "step", phase: "done", urn: container, type: "t", name: "n", ms: 1 } as const;
  t.is(driftIn({ ...step, op: "same" }), undefined);
  t.deepEqual(driftIn({ ...step, op: "delete" }), { kind: "gone", name: "galera-db1", type: "Container" });
  t.like(driftIn({ ...step, op: "update", diff: ["image"] }), { kind: "changed", detail: "image" });
  t.like(driftIn({ kind: "diagnostic", severity: "error", message: "silent", urn: container }), { kind: "unknown" });
});

test("trivet drift: exit code 1 where something is gone, and nothing is written", async (t) => {
  const project = await makeProject();
  const daemon = await fakeDaemon("site", []);
  t.teardown(async () => {
    daemon.close();
    await project.remove();
  });
  await project.record("site", inventoryOf("site", daemon.endpoint));
  const { exitCode, stdout, stderr } = await project.trivet("drift", "site", "--json");
  t.is(exitCode, 1, stderr);
  const { same, found } = JSON.parse(stdout);
  t.false(same);
  t.like(found, [{ kind: "gone", name: "trivet-site-db1-galera", type: "Container" }]);
  t.deepEqual(daemon.done, []);
  t.is((await project.trivet("drift", "site")).stdout.split("\n")[1], "gone  Container  trivet-site-db1-galera");
});
