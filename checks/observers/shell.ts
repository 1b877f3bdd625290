import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceRecord } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";

/** Milliseconds in which the daemon has to start a shell. */
const OPENING = 5_000;
/** Milliseconds that a shell has to end by itself after its input did. */
const CLOSING = 1_000;

/** A bash in a service's container that answers questions, one at a time. */
export interface Shell {
  /**
   * Writes `question`, a line or more, and gives what comes back up to the line that `ends` it.
   *
   * @throws when the shell ended, or nothing ended the answer in `timeout` ms: close it then, it is out of step
   */
  ask(question: string, ends: (line: string) => boolean, timeout: number): Promise<Answer>;
  /** Its programs see the end of their input, and end. */
  close(): Promise<void>;
}

export interface Answer {
  /** Without the last line when that is only a mark, see {@link mark}. */
  text: string;
}

/** Line that ends an answer where nothing else tells that it is over: an ASCII record separator. */
export const mark = "\u001e";

/**
 * Starts bash in the container with `script` on its standard input, where questions follow: so nothing of it shows on a
 * command line. When the signal aborts, a question is answered no more. The script has to end when it has read nothing for 10 s (`read -t 10`): then nobody asks any more.
 *
 * @throws when the container does not run, is paused, or the daemon does not answer
 */
export async function openShell(service: ServiceRecord, script: string, signal: AbortSignal): Promise<Shell> {
  const docker = dockerAt(service.endpoint);
  const stream = await startBash(service, signal);
  const lines: string[] = [];
  let rest = "";
  let ended: string | undefined;
  let pending:
    | { ends: (line: string) => boolean; done: (answer: Answer) => void; fail: (error: Error) => void }
    | undefined;

  const take = (line: string) => {
    if (!pending) return;
    if (line !== mark) lines.push(line);
    if (!pending.ends(line)) return;
    pending.done({ text: lines.join("\n") });
  };
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const [...whole] = (rest + chunk.toString("utf8")).split("\n");
      rest = whole.pop()!;
      for (const line of whole) take(line);
      done();
    },
  });
  docker.modem.demuxStream(stream, output, output);
  const fail = (reason: string) =>
    pending?.fail(new Error(lines.length > 0 ? `${reason}: ${lines.join(" ").slice(-200)}` : reason));
  const over = (reason: string) => {
    ended ??= reason;
    fail(ended);
  };
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  stream.once("end", () => over(`the shell in ${service.container} ended`));
  stream.once("close", () => over(`the shell in ${service.container} ended`));
  stream.on("error", (error: Error) => over(error.message));
  const abort = () => over("stopped");
  signal.addEventListener("abort", abort, { once: true });
  stream.write(`${script}\n`);

  return {
    async ask(question, ends, timeout) {
      if (ended) throw new Error(ended);
      lines.length = 0;
      const late = setTimeout(() => fail(`no answer in ${timeout / 1000} s`), timeout);
      try {
        return await new Promise<Answer>((done, fail) => {
          pending = { ends, done, fail };
          stream.write(`${question}\n`);
        });
      } finally {
        clearTimeout(late);
        pending = undefined;
      }
    },
    async close() {
      signal.removeEventListener("abort", abort);
      stream.end();
      await Promise.race([closed, sleep(CLOSING, undefined, { ref: false })]);
      stream.destroy();
    },
  };
}

/** An exec of bash with its three streams on one connection. */
async function startBash({ endpoint, container }: ServiceRecord, signal: AbortSignal) {
  const given = new AbortController();
  const stop = () => given.abort(new Error(`Docker started no shell in ${container} in ${OPENING / 1000} s`));
  const late = setTimeout(stop, OPENING);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const options = { Cmd: ["bash", "-s"], AttachStdin: true, AttachStdout: true, AttachStderr: true };
    const exec = await dockerAt(endpoint)
      .getContainer(container)
      .exec({ ...options, abortSignal: given.signal });
    return await exec.start({ hijack: true, stdin: true, abortSignal: given.signal });
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", stop);
  }
}
