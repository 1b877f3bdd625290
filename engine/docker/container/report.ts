import type Docker from "dockerode";
import { unlessGone } from "../errors.ts";

const LOG_LINES = 10;
const LOG_LENGTH = 4000;

/**
 * How a container fares, for an error: state, last probe of its health, last log lines. Never its environment or files.
 * Undefined when it is gone.
 */
export async function describeContainer(container: Docker.Container): Promise<string | undefined> {
  const found = await unlessGone(container.inspect());
  if (!found) return undefined;
  const { State: state } = found;
  const ended = state.Running ? "" : ` with exit code ${state.ExitCode}`;
  const health = state.Health ? `, health "${state.Health.Status}"` : "";
  const sentences = [`Its state is "${state.Status}"${ended}${health}.`];
  if (state.Error) sentences.push(`Docker says: ${state.Error}.`);
  const probe = state.Health?.Log?.at(-1)?.Output.trim();
  if (probe) sentences.push(`Last probe: ${probe.slice(0, 500)}`);
  const logs = await lastLines(container, found.Config.Tty);
  sentences.push(logs ? `Last log lines:\n${logs}` : "It has logged nothing.");
  return sentences.join(" ");
}

async function lastLines(container: Docker.Container, tty: boolean): Promise<string> {
  // A log driver other than json-file, local and journald can't be read: then there is just nothing to show.
  const raw = await container.logs({ stdout: true, stderr: true, tail: LOG_LINES }).catch(() => Buffer.alloc(0));
  return (tty ? raw : demultiplex(raw)).toString().trim().slice(-LOG_LENGTH);
}

/** Without a terminal each piece of output has a header of 8 bytes, the last four of which are its length. */
function demultiplex(raw: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length; ) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    pieces.push(raw.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces);
}
