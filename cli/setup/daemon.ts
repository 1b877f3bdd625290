import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { copyFile, mkdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import pRetry from "p-retry";
import { UserError } from "../../core/errors.ts";
import { localDir } from "../project.ts";
import { daemonAnswers } from "./docker.ts";
import { engineIsInstalled, findProgram } from "./programs.ts";
import type { Step } from "./step.ts";

const log = join(localDir, "dockerd.log");

/** Process id of the daemon that this run started by itself (not through systemd); undefined when it started none. */
export let startedDaemon: number | undefined;

export const daemon: Step = {
  title: "Docker daemon",
  async check() {
    await limitLog(log);
    // Where it is not even installed, the step that installs it starts it too.
    return (await daemonAnswers()) || !(await engineIsInstalled()) ? undefined : "start it";
  },
  async make(say) {
    // systemd makes this folder when it is the one that runs the machine.
    if (existsSync("/run/systemd/system")) {
      say("systemctl start docker");
      const { execa } = await import("execa");
      await execa("systemctl", ["start", "docker"]).catch(({ stderr }) => {
        throw new UserError(`Docker does not start: ${stderr}\n"journalctl -u docker" tells more.`);
      });
    } else {
      say(`starting dockerd, its log is ${log}`);
      await startDetached();
    }
    say("waiting until it answers");
    await pRetry(
      async () => {
        if (!(await daemonAnswers())) throw new Error(`the daemon does not answer`);
      },
      { retries: 60, factor: 1, minTimeout: 500 },
    ).catch(async () => {
      throw new UserError(`Docker does not answer after 30 s. Its last words:\n${await lastWords()}`);
    });
  },
};

/** Bytes from which the daemon's log is begun anew. */
const LOG_LIMIT = 10 * 2 ** 20;

/**
 * Begins the daemon's log anew when it is large, and keeps the former one as `.1`. The daemon goes on writing into the same file, at its
 * end: it can't be moved under it. Looked at by every command that sets this machine up.
 */
export async function limitLog(path: string, limit = LOG_LIMIT): Promise<void> {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size <= limit) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}

/** Starts a daemon that lives on after this command, since the environment does. */
async function startDetached(): Promise<void> {
  const program = await findProgram("dockerd");
  if (!program) throw new UserError("There is no dockerd to start: install Docker Engine, and try again.");
  await mkdir(localDir, { recursive: true });
  const output = openSync(log, "a");
  // Without a line for each container that starts or ends, which is most of what it would write in months.
  const child = spawn(program, ["--log-level", "warn"], { detached: true, stdio: ["ignore", output, output] });
  child.unref();
  startedDaemon = child.pid;
  // It ends at once when another one, which the installation may have started, is coming up.
  child.once("exit", () => {
    startedDaemon = undefined;
  });
}

async function lastWords(): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => `(no log at ${log})`);
  return text.trim().split("\n").slice(-8).join("\n");
}
