import type { Command } from "commander";
import { adopt } from "./adopt.ts";
import { bench } from "./bench.ts";
import { chaos } from "./chaos.ts";
import { check } from "./check.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { destroy } from "./destroy.ts";
import { drift } from "./drift.ts";
import { exportFiles } from "./export.ts";
import { firewall } from "./firewall.ts";
import { forget } from "./forget.ts";
import { heal } from "./heal.ts";
import { history } from "./history.ts";
import { hosts } from "./hosts.ts";
import { images } from "./images.ts";
import { init } from "./init.ts";
import { lab } from "./lab.ts";
import { logs } from "./logs.ts";
import { mutants } from "./mutants.ts";
import { output } from "./output.ts";
import { preflight } from "./preflight.ts";
import { preview } from "./preview.ts";
import { recover } from "./recover.ts";
import { refresh } from "./refresh.ts";
import { report } from "./report.ts";
import { restart } from "./restart.ts";
import { shell } from "./shell.ts";
import { start } from "./start.ts";
import { state } from "./state.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { test } from "./test.ts";
import { up } from "./up.ts";

/** All verbs, in the groups and the order in which `trivet --help` lists them. Each registers itself with the program. */
const groups: Record<string, readonly ((program: Command) => void)[]> = {
  Make: [init, config, up, preview, drift, refresh, adopt, destroy],
  Look: [preflight, status, check, logs, output, firewall],
  Work: [restart, stop, start, shell, recover, heal, forget, state],
  Break: [chaos, report, mutants, bench],
  Here: [images, hosts, lab, history, test, exportFiles, completion],
};

export function registerVerbs(program: Command): void {
  for (const [title, verbs] of Object.entries(groups)) {
    program.commandsGroup(`${title}:`);
    for (const register of verbs) register(program);
  }
}
