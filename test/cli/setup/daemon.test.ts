import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { limitLog } from "../../../cli/setup/daemon.ts";

test("a daemon's log that grew is begun anew, and the daemon goes on writing into it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-daemon-"));
  const log = join(folder, "dockerd.log");
  await limitLog(log);
  const daemon = await open(log, "a");
  await daemon.write("first\n");
  await limitLog(log, 100);
  t.is(await readFile(log, "utf8"), "first\n");
  await daemon.write("x".repeat(100));
  await limitLog(log, 100);
  await daemon.write("next\n");
  await daemon.close();
  t.is(await readFile(log, "utf8"), "next\n");
  t.is(await readFile(`${log}.1`, "utf8"), `first\n${"x".repeat(100)}`);
  await rm(folder, { recursive: true });
});
