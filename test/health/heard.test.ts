import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import { probe } from "../../health/probe.ts";
import { startDaemon } from "./daemon.ts";
import { answerOf, end, folder, impostor, listen, named, programs, run } from "./listeners.ts";

test.after.always(end);

const well = `echo '{"state":"ready","detail":"ü"}'`;
const gatherer = readFileSync(join(import.meta.dirname, "../../health/scripts/gather"), "utf8");

/** What `gather` prints in a container `own`. */
async function gather(seconds: number, own: string, ...names: string[]): Promise<string[][]> {
  const PATH = `${programs(own, well)}:${process.env.PATH}`;
  const argv = ["-e", gatherer, String(seconds), named(own), ...names.map(named)];
  const { stdout } = await promisify(execFile)("perl", argv, { env: { ...process.env, PATH } });
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
}

test("a listener tells exit code, output and complaints, in the environment of the container", async (t) => {
  await listen("one", 'echo "$GIVEN $LEAKED"; echo complaint >&2; exit 3');
  process.env.LEAKED = "leaked";
  t.is(await answerOf("one"), "3 5 10\na=b \ncomplaint\n");
  t.is(await answerOf("one"), "3 5 10\na=b \ncomplaint\n");
});

test("of much output a part is told; one that is killed has a shell's exit code", async (t) => {
  await listen("much", "head -c 1000000 /dev/zero | tr '\\0' x; kill -9 $$");
  const answer = await answerOf("much");
  t.is(answer.slice(0, 12), "137 65536 0\n");
  t.is(answer.length, 12 + 65536);
});

test("a health that hangs is ended after five seconds with all that it started, and the next one is asked", async (t) => {
  await listen("slow", `if [ -e ${folder}/once ]; then ${well}; else touch ${folder}/once; sleep 61.7 | cat; fi`);
  const late = await answerOf("slow");
  // The look that waited for the listener may have been the one that hung.
  t.true(late === "124 0 0\n" || late.startsWith("0 "));
  t.regex(await answerOf("slow"), /^0 \d+ 0\n/);
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  t.notRegex(stdout, /^sleep 61\.7$/m);
});

test("without a name it ends, and so does a second one", async (t) => {
  const environment = join(folder, "nameless");
  writeFileSync(environment, "PATH=/usr/bin\0");
  t.deepEqual(await once(run(environment), "exit"), [0, null]);
  await listen("twice", well);
  t.deepEqual(await once(run(join(folder, "twice.environ")), "exit"), [0, null]);
});

test("one container hears itself and its neighbours; who does not answer properly has no line", async (t) => {
  await listen("sound", well);
  await listen("ill", "echo why; exit 1");
  await impostor("short", (socket) => socket.end("0 90 0\nnot so much"));
  await impostor("garbage", (socket) => socket.end('{"state":"ready"}'));
  await impostor("endless", (socket) => socket.end(Buffer.alloc(1_000_000, "1 1 1\n")));
  await impostor("closed", (socket) => socket.end());
  await impostor("silent", () => {});
  const rows = await gather(1, "own", "own", "sound", "ill", "short", "garbage", "endless", "closed", "silent", "none");
  const hex = (text: string) => Buffer.from(text).toString("hex");
  t.deepEqual(rows.pop(), ["end"]);
  t.deepEqual(rows.sort(), [
    ["heard", named("ill"), "1", hex("why\n"), ""],
    ["heard", named("own"), "0", hex('{"state":"ready","detail":"ü"}\n'), ""],
    ["heard", named("sound"), "0", hex('{"state":"ready","detail":"ü"}\n'), ""],
  ]);
});

// Only root can be somebody else.
const asRoot = process.getuid?.() === 0 ? test : test.skip;
asRoot("another user's listener is not believed, and another user has no answer", async (t) => {
  await listen("stranger", well, { uid: 65534 });
  await listen("sound2", well);
  const rows = await gather(1, "own2", "stranger", "sound2");
  t.deepEqual(rows.map(([, name]) => name).sort(), [undefined, named("own2"), named("sound2")].sort());
  const asNobody = ["-e", gatherer, "1", "nobody", named("sound2")];
  const { stdout } = await promisify(execFile)("perl", asNobody, { uid: 65534 });
  t.notRegex(stdout, /sound2/);
});

const record = (endpoint: string, host: string, container: string) =>
  ({ service: "galera", host, domain: "a", address: "198.18.1.11", endpoint, container }) as ServiceRecord;

test("a daemon runs one process for each host, and one for each container that was not heard", async (t) => {
  const ready = programs("ready", well);
  const environment = { PATH: `${ready}:${process.env.PATH}` };
  const running = { State: "running", environment };
  await listen("heard", well);
  const names = ["first", "heard", "unheard", "alone", "paused"].map(named) as [string, string, string, string, string];
  const [first, heard, unheard, alone, paused] = names;
  const containers = { [first]: running, [heard]: running, [unheard]: running, [alone]: running };
  const daemon = startDaemon({ ...containers, [paused]: { State: "paused" } });
  const hosts = { [paused]: "h1", [first]: "h1", [heard]: "h1", [unheard]: "h1", [alone]: "h2" };
  const services = Object.entries(hosts).map(([container, host]) => record(daemon.endpoint, host, container));
  const inventory = { environment: "t", services } as Inventory;
  const asked = () =>
    daemon.execs
      .splice(0)
      .map(({ container, argv }) => `${container} ${argv[0]}`)
      .sort();

  const seen = await probe(inventory);
  t.deepEqual(
    seen.map(({ fit, container, health }) => [fit, container, health?.detail]),
    [[false, "paused", undefined], ...Array.from({ length: 4 }, () => [true, "running", "ü"])],
  );
  t.deepEqual(asked(), [`${first} perl`, `${unheard} health`, `${alone} health`].sort());

  await probe(inventory, services, { apart: true });
  t.deepEqual(asked(), [first, heard, unheard, alone].map((name) => `${name} health`).sort());
  daemon.close();
});

test("a container that can't hear the others leaves them to be asked one by one", async (t) => {
  const bare = programs("bare", well);
  const running = { State: "running", environment: { PATH: `${bare}:${folder}` } };
  const daemon = startDaemon({ a: running, b: running });
  writeFileSync(join(folder, "perl"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const services = ["a", "b"].map((name) => record(daemon.endpoint, "h", name));
  const seen = await probe({ environment: "t", services } as Inventory);
  t.deepEqual(
    seen.map(({ fit }) => fit),
    [true, true],
  );
  t.deepEqual(
    daemon.execs.map(({ argv }) => argv[0]),
    ["perl", "health", "health"],
  );
  daemon.close();
});
