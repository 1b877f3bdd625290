import { spawn } from "node:child_process";
import { sshArguments } from "./sshCommand.ts";
import { shared } from "./sshConnection.ts";

/** Tells whether a host still answers by the SSH connection that all share, and how soon: a program there sends back what it is sent. */
export interface Pulse {
  /** Milliseconds that an answer took; undefined where none came within `patience` ms, for whatever reason. */
  beat(patience: number): Promise<number | undefined>;
  close(): void;
}

/** @param lost is told when the program ended by itself, and the connection with it as a rule; with the next beat another one is started */
export function openPulse(endpoint: string, lost: () => void = () => {}): Pulse {
  let closed = false;
  let program: ReturnType<typeof start> | undefined;
  const waiting = new Map<number, () => void>();
  let last = 0;

  async function start() {
    const { options } = await shared(endpoint);
    const child = spawn("ssh", [...sshArguments(endpoint, options), "cat"], { detached: true, stdio: "pipe" });
    const ended = new Promise<undefined>((resolve) => {
      const over = () => {
        program = undefined;
        resolve(undefined);
        if (!closed) lost();
      };
      child.on("error", () => {}).once("close", over);
    });
    child.stdin.on("error", () => {});
    child.stderr.resume();
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const [...whole] = (rest + text).split("\n");
      rest = whole.pop()!;
      for (const line of whole) waiting.get(Number(line))?.();
    });
    for (const handle of [child, child.stdin, child.stdout, child.stderr] as unknown as { unref(): void }[])
      handle.unref();
    return { child, ended };
  }

  return {
    async beat(patience) {
      const began = performance.now();
      const number = ++last;
      const answer = new Promise<number>((resolve) => waiting.set(number, () => resolve(performance.now() - began)));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, patience, undefined);
      });
      const asked = async () => {
        program ??= start();
        const { child, ended } = await program;
        child.stdin.write(`${number}\n`);
        return Promise.race([answer, ended]);
      };
      try {
        return await Promise.race([
          asked().catch(() => {
            program = undefined;
            return undefined;
          }),
          late,
        ]);
      } finally {
        clearTimeout(timer);
        waiting.delete(number);
      }
    },
    close() {
      closed = true;
      program?.then(
        ({ child }) => child.kill(),
        () => {},
      );
    },
  };
}
