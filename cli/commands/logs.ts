import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { ServiceRecord } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { findServices } from "../environment/find.ts";
import { readInventoryToLook } from "../environment/inventory.ts";

export interface LogsOptions {
  host?: string;
  follow?: boolean;
  tail: string;
  json?: boolean;
}

/** Prints what a service's containers said, each line under its host's name where there is more than one. */
export async function logs(
  environment: string,
  service: string,
  { host, follow = false, tail, json }: LogsOptions,
): Promise<void> {
  const records = findServices(await readInventoryToLook(environment), service, host);
  const many = records.length > 1;
  const lines: Line[] = [];
  const say = json
    ? (line: Line) => lines.push(line)
    : ({ host, stream, text }: Line) => {
        const line = many ? `${host} | ${text}` : text;
        if (stream === "stdout") console.log(line);
        else console.error(line);
      };
  await Promise.all(records.map((record) => read(record, { follow, tail, say })));
  if (json) console.log(JSON.stringify({ environment, service, lines }));
}

interface Line {
  host: string;
  stream: "stdout" | "stderr";
  text: string;
}

async function read(
  { endpoint, container, host }: ServiceRecord,
  { follow, tail, say }: { follow: boolean; tail: string; say: (line: Line) => void },
): Promise<void> {
  const docker = dockerAt(endpoint);
  const log = docker.getContainer(container);
  const wanted = { stdout: true, stderr: true, tail: tail === "all" ? undefined : Number(tail) };
  // Followed, the log is a stream; else Docker gives it as a whole, in the same frames.
  const stream = follow
    ? await log.logs({ ...wanted, follow: true })
    : Readable.from([await log.logs({ ...wanted, follow: false })]);
  const parts = (["stdout", "stderr"] as const).map((stream) => inLines((text) => say({ host, stream, text })));
  docker.modem.demuxStream(stream, parts[0]!.stream, parts[1]!.stream);
  await finished(stream);
  for (const { stream } of parts) stream.end();
  await Promise.all(parts.map(({ ended }) => ended));
}

/** A stream whose lines come one by one, so that those of two containers don't mix. */
function inLines(say: (line: string) => void): { stream: PassThrough; ended: Promise<unknown> } {
  const stream = new PassThrough();
  const reader = createInterface({ input: stream }).on("line", say);
  return { stream, ended: once(reader, "close") };
}
