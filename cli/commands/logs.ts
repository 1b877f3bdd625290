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
}

/** Prints what a service's containers said, each line under its host's name where there is more than one. */
export async function logs(
  environment: string,
  service: string,
  { host, follow = false, tail }: LogsOptions,
): Promise<void> {
  const records = findServices(await readInventoryToLook(environment), service, host);
  await Promise.all(records.map((record) => print(record, { follow, tail, prefixed: records.length > 1 })));
}

async function print(
  { endpoint, container, host }: ServiceRecord,
  { follow, tail, prefixed }: { follow: boolean; tail: string; prefixed: boolean },
): Promise<void> {
  const docker = dockerAt(endpoint);
  const log = docker.getContainer(container);
  const wanted = { stdout: true, stderr: true, tail: tail === "all" ? undefined : Number(tail) };
  // Followed, the log is a stream; else Docker gives it as a whole, in the same frames.
  const stream = follow
    ? await log.logs({ ...wanted, follow: true })
    : Readable.from([await log.logs({ ...wanted, follow: false })]);
  const prefix = prefixed ? `${host} | ` : "";
  const [said, complained] = [printed(console.log, prefix), printed(console.error, prefix)];
  docker.modem.demuxStream(stream, said, complained);
  await finished(stream);
  said.end();
  complained.end();
}

/** A stream whose lines are printed one by one, so that those of two containers don't mix. */
function printed(print: (line: string) => void, prefix: string): PassThrough {
  const stream = new PassThrough();
  createInterface({ input: stream }).on("line", (line) => print(prefix + line));
  return stream;
}
