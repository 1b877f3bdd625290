import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { imageFolder } from "../../../../images/index.ts";
import { Pager } from "./receivers.ts";

const PYTHONPATH = imageFolder("icinga");

test("recipients that are not there are told by name, and nobody is told anything", async (t) => {
  const pager = await new Pager().start();
  t.teardown(() => pager.stop());
  // It takes connections and knows no TLS.
  const plain = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.0 400 Bad Request\r\n\r\n");
  });
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  t.teardown(() => plain.close());
  const gone = await new Pager().start();
  const { url: closed } = gone;
  gone.stop();
  const folder = mkdtempSync(join(tmpdir(), "trivet-reach-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const mail = { from: "a@example.org", to: ["b@example.org"], security: "none", server: "127.0.0.1" };
  const recipients = [
    { name: "pager", url: pager.url },
    { name: "closed", url: closed },
    { name: "unknown", url: "http://pager.invalid/" },
    { name: "tls", url: `https://127.0.0.1:${(plain.address() as { port: number }).port}/` },
    { name: "mail", mail: { ...mail, port: Number(new URL(pager.url).port) } },
    { name: "nomail", mail: { ...mail, port: Number(new URL(closed).port) } },
    { name: "command", command: ["sh", "-c", "exit 1"] },
    { name: "none", command: ["no-such-program-here"] },
  ].map((each) => ({ timeout: 5, giveUpAfter: 60, ...each }));
  const file = join(folder, "recipients.json");
  writeFileSync(file, JSON.stringify({ delay: 1, recipients }));
  const { stdout } = await execa("python3", ["-m", "notifier.reach", file], {
    env: { PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const { unknown, tls, ...why } = JSON.parse(stdout);
  t.regex(unknown, /^the name of the address has no address: /);
  t.regex(tls, /^the address can't be reached: /);
  t.deepEqual(why, {
    closed: "the address can't be reached: Connection refused",
    nomail: "the address can't be reached: Connection refused",
    none: "there is no such program here",
  });
  t.deepEqual(pager.told, []);
  t.deepEqual(pager.methods, []);
});
