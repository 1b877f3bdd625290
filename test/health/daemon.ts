import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A container that a daemon lists; commands run on this machine, with `environment`. */
export interface Container {
  State: string;
  Status?: string;
  environment?: Record<string, string>;
}

/** A Docker daemon by what `health/` asks of one: its list, and commands in containers, which it keeps. */
export function startDaemon(containers: Record<string, Container>) {
  const endpoint = join(mkdtempSync(join(tmpdir(), "trivet-daemon-")), "docker.sock");
  /** Container and command of each exec. */
  const execs: { container: string; argv: string[]; code?: number }[] = [];
  const frame = (channel: number, bytes: Buffer) => {
    const head = Buffer.alloc(8);
    head[0] = channel;
    head.writeUInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]);
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const say = (code: number, answer: unknown) => response.writeHead(code).end(JSON.stringify(answer));
    const [, kind, name = "", verb] = request.url!.split("?")[0]!.split("/");
    if (kind === "containers" && name === "json") {
      return say(
        200,
        Object.entries(containers).map(([name, { State, Status = "Up 2 hours" }]) => ({
          Names: [`/${name}`],
          State,
          Status,
        })),
      );
    }
    if (kind === "containers" && verb === "exec") {
      execs.push({ container: name, argv: JSON.parse(body).Cmd });
      return say(201, { Id: String(execs.length - 1) });
    }
    if (kind === "containers") return say(200, { State: { Status: "exited", ExitCode: 0 }, RestartCount: 0 });
    const exec = execs[Number(name)]!;
    if (verb === "json") return say(200, { ExitCode: exec.code });
    const [file, ...args] = exec.argv;
    const env = { ...process.env, ...containers[exec.container]!.environment };
    const child = spawn(file!, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    response.writeHead(200);
    child.stdout.on("data", (bytes) => response.write(frame(1, bytes)));
    child.stderr.on("data", (bytes) => response.write(frame(2, bytes)));
    child.on("error", () => {});
    child.on("close", (code) => {
      exec.code = code === null || code < 0 ? 126 : code;
      response.end();
    });
  }).listen(endpoint);
  server.unref();
  return { endpoint: `unix://${endpoint}`, execs, close: () => server.close() };
}
