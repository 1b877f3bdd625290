import { appendFile, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { imageFolder } from "../../../images/index.ts";

test("a log that grew keeps its end, and whoever appends to it goes on", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-logs-"));
  const lines = Array.from({ length: 10_000 }, (_, n) => `curl: (7) ${n}\n`).join("");
  const writer = await open(join(folder, "consul.log"), "a");
  await writer.write(lines);
  await writeFile(join(folder, "client.log"), "short\n");
  await execa(join(imageFolder("supervisor"), "keep-last"), [folder]);
  await writer.write("next\n");
  await writer.close();
  await appendFile(join(folder, "client.log"), "more\n");
  const text = await readFile(join(folder, "consul.log"), "utf8");
  t.is(text.length, 16_384 + 5);
  t.true(text.endsWith("curl: (7) 9999\nnext\n"));
  t.is(await readFile(join(folder, "client.log"), "utf8"), "short\nmore\n");
  t.deepEqual((await readdir(folder)).sort(), ["client.log", "consul.log"]);
  await rm(folder, { recursive: true });
});
