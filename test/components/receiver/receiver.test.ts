import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { imageFolder } from "../../../images/index.ts";

const script = join(imageFolder("receiver"), "receive");

async function receiver(t: ExecutionContext, largest = 10_000_000) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-receiver-"));
  const file = join(folder, "notifications.jsonl");
  const port = await freePort();
  const running = execa("python3", ["-B", script, file, `${port}`], { env: { LARGEST: `${largest}` }, reject: false });
  t.teardown(async () => {
    running.kill("SIGKILL");
    await running;
    await rm(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}/`;
  const post = async (body: string) => (await fetch(url, { method: "POST", body })).status;
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(url).catch(() => undefined)) return { url, file, post };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the receiver does not answer");
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

test("100 at once: a line each", async (t) => {
  const { file, post } = await receiver(t);
  const statuses = await Promise.all(
    Array.from({ length: 100 }, (_, index) => post(JSON.stringify({ object: `h${index}` }))),
  );
  t.deepEqual([...new Set(statuses)], [204]);
  const lines = (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.is(new Set(lines.map(({ object }) => object)).size, 100);
  t.true(lines.every(({ received }) => Math.abs(Date.now() - received) < 600_000));
});

test("what is no notification is refused", async (t) => {
  const { url, post } = await receiver(t);
  t.is(await post("[]"), 400);
  t.is(await post("{"), 400);
  t.is(await post(JSON.stringify({ output: "x".repeat(70_000) })), 413);
  t.is((await fetch(url)).status, 405);
});

test("the file has a limit", async (t) => {
  const { file, post } = await receiver(t, 1_000);
  for (let index = 0; index < 40; index += 1) t.is(await post(JSON.stringify({ object: `host ${index}` })), 204);
  t.true((await stat(file)).size <= 1_000);
  t.true((await stat(`${file}.1`)).size <= 1_000);
  t.regex(await readFile(file, "utf8"), /host 39/);
});
