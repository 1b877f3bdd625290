import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { DockerProvider } from "../../engine/docker/provider.ts";
import { isTrivetImage, missingImage } from "../../hosts/images.ts";
import { presentImage } from "../../provider/image.ts";

/** A daemon that has no image; each request is on record. */
const requests: string[] = [];
const endpoint = `unix://${join(mkdtempSync(join(tmpdir(), "trivet-daemon-")), "docker.sock")}`;
const daemon = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  const found = request.method === "POST" && request.url!.startsWith("/images/create");
  response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" }).end('{"message":"no such image"}');
}).listen(endpoint.slice("unix://".length));
daemon.unref();
test.after.always(() => daemon.closeAllConnections());

const names = test.macro<[string, boolean]>((t, name, expected) => t.is(isTrivetImage(name), expected));
test("an image of ours", names, "trivet/galera:9b657db93d94", true);
test("the Debian of ours", names, "trivet/debian:trixie", true);
test("ours by the name of Docker Hub", names, "docker.io/trivet/galera:1", true);
test("ours by another name of Docker Hub", names, "index.docker.io/trivet/galera", true);
test("the user's own registry", names, "registry.example/trivet/galera:1", false);
test("somebody else's", names, "nottrivet/galera:1", false);

test("how an image comes to a host", (t) => {
  t.regex(missingImage("trivet/a:1", "ssh://me@10.1.0.1:2222"), /Image trivet\/a:1 is not on .*`trivet images push`/);
  t.regex(missingImage("trivet/a:1", "unix:///var/run/docker.sock"), /`trivet images` build them/);
});

const RESOURCES = {
  RemoteImage: ["docker:index/remoteImage:RemoteImage", { name: "trivet/galera:1" }],
  Container: ["docker:index/container:Container", { name: "c", image: "trivet/galera:1" }],
  "RemoteImage of the base": ["docker:index/remoteImage:RemoteImage", { name: "trivet/debian:trixie" }],
} as const;
for (const [name, [type, inputs]] of Object.entries(RESOURCES)) {
  test.serial(`the engine refuses to pull our image for a ${name}`, async (t) => {
    requests.length = 0;
    const provider = new DockerProvider();
    provider.configure({ host: endpoint });
    const error = await t.throwsAsync(provider.create({ type, name: "it" }, inputs, false));
    t.regex(error.message, /never asked of a registry/);
    t.deepEqual(
      requests.filter((request) => !request.startsWith("GET /images/")),
      [],
    );
  });
}

test.serial("any other image is pulled", async (t) => {
  requests.length = 0;
  const provider = new DockerProvider();
  provider.configure({ host: endpoint });
  const type = "docker:index/remoteImage:RemoteImage";
  await t.throwsAsync(provider.create({ type, name: "it" }, { name: "registry.example/galera:1" }, false));
  t.true(requests.some((request) => request.startsWith("POST /images/create")));
});

test.serial("with any engine a resource that asks for it fails before", async (t) => {
  requests.length = 0;
  const inputs = { endpoint, image: "trivet/galera:1" };
  const error = await t.throwsAsync(presentImage.create(inputs, { signal: AbortSignal.timeout(60_000) }));
  t.regex(error.message, /never asked of a registry/);
  t.deepEqual(
    requests.filter((request) => !request.startsWith("GET /images/")),
    [],
  );
  t.false(await presentImage.exists!(inputs));
});
