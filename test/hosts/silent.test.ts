import { mkdtempSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import Docker from "dockerode";
import { execIn } from "../../checks/guard/exec.ts";
import { DockerProvider } from "../../engine/docker/provider.ts";
import { exec } from "../../hosts/exec.ts";
import { limited } from "../../hosts/limits.ts";
import { reach } from "../../hosts/reach.ts";
import { healthGate } from "../../provider/health.ts";

/** A host that takes every connection and never says a word; `until` a request's path matches it answers as Docker does. */
async function host(until?: RegExp): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "trivet-silent-")), "docker.sock");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (data) => {
      const request = data.toString().split("\r\n")[0]!;
      if (!until || until.test(request)) return;
      const body = request.includes("/start") ? "" : '{"Id":"e","ExitCode":0}';
      const code = request.endsWith("/exec HTTP/1.1") ? "201 Created" : "200 OK";
      const close = request.includes("/start") ? "Connection: close\r\n" : "";
      socket.write(`HTTP/1.1 ${code}\r\nContent-Length: ${body.length}\r\n${close}\r\n${body}`);
    });
  }).listen(path);
  server.unref();
  test.after.always(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `unix://${path}`;
}

const silent = await host();
/** The last question of an exec, for its exit code, has no answer. */
const silentAtTheEnd = await host(/GET \/exec\//);
const container = "trivet-t-db1-galera";
const at = (endpoint: string) => ({ endpoint, container });

/** Ends after `seconds`, or some more on a busy machine, with an error that says how long it waited. */
const ends = test.macro(async (t, work: () => Promise<unknown>, seconds: number, message: RegExp) => {
  const began = performance.now();
  const error = await t.throwsAsync(work());
  const took = (performance.now() - began) / 1000;
  t.regex(error.message, message);
  t.true(took > seconds - 0.1 && took < seconds + 30, `took ${took} s`);
});

test.serial("an exec", ends, () => exec(at(silent), ["health"], 1_000), 1, /gave no answer within 1 s/);
test.serial(
  "an exec at its end",
  ends,
  () => exec(at(silentAtTheEnd), ["health"], 1_000),
  1,
  /gave no answer within 1 s/,
);
const stop = () => reach(at(silent), { within: 1_000 }, (it) => it.stop());
test.serial("the provider's call", ends, stop, 1, /gave no answer within 1 s/);
const guard = (endpoint: string) =>
  execIn(new Docker({ socketPath: endpoint.slice("unix://".length) }).getContainer("guard"), ["guard", "open"], 1_000);
test.serial("the guard's exec", ends, () => guard(silent), 1, /took longer than 1 s/);
test.serial("the guard's exec at its end", ends, () => guard(silentAtTheEnd), 1, /took longer than 1 s/);
test.serial(
  "a command's call",
  ends,
  () => limited(new Docker({ socketPath: silent.slice("unix://".length) }), silent, { within: 1_000 }).listContainers(),
  1,
  /did not answer within 1 s \(GET \/containers\/json\)/,
);

test.serial("a gate of 2 s ends after about 2 s, and says how to wait longer", async (t) => {
  const args = { ...at(silent), containerId: "1", timeout: 2, raise: "Raise x to wait longer." };
  const began = performance.now();
  const error = await t.throwsAsync(healthGate.create(args, { signal: new AbortController().signal }));
  const took = performance.now() - began;
  t.regex(error.message, /was not fit within 2 s.*Raise x to wait longer\. Its last word:.*gave no answer/);
  t.true(took >= 1_900 && took < 7_000, `took ${took} ms`);
});

for (const [when, after] of [
  ["before it asked", 0],
  ["while it asks", 300],
] as const) {
  test.serial(`a gate whose run was interrupted ${when} waits no longer`, async (t) => {
    const args = { ...at(silent), containerId: "1", timeout: 60 };
    const cancel = new AbortController();
    const waiting = healthGate.create(args, { signal: cancel.signal });
    const began = performance.now();
    setTimeout(() => cancel.abort(new Error("interrupted")), after);
    await t.throwsAsync(waiting, { message: "interrupted" });
    // A look may take 15 s.
    t.true(performance.now() - began < 10_000);
  });
}

test.serial("the engine: one operation in all", async (t) => {
  const provider = new DockerProvider(1_000);
  provider.configure({ host: silent });
  const type = "docker:index/volume:Volume";
  const error = await t.throwsAsync(provider.create({ type, name: "v" }, { name: "v" }, false));
  t.regex(error.message, /Docker at unix:.* was not done within/);
});
