import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { type ExperimentName, experiments } from "../../checks/experiments/index.ts";
import type { ExperimentResult, RunResult } from "../../checks/report/run.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import {
  command,
  docker,
  env,
  environment,
  eventually,
  inContainer,
  project,
  readInventory,
  trivet,
  untilHealthy,
} from "./environment.ts";

// The short set of the chaos suite on an environment of its own; TRIVET_CHAOS=all for the whole of it.
const whole = process.env.TRIVET_CHAOS === "all";
const chosen = experiments.filter(({ quick }) => quick || whole);
const runs = join(project, ".trivet/chaos", environment);
let inventory: Inventory;
let result: RunResult;

const newest = async () =>
  (await readdir(runs))
    .filter((name) => /^\d{4}-/.test(name))
    .sort()
    .at(-1);

test.before("the environment comes up, and is broken on purpose", async (t) => {
  // Ava looks for no standstill in any file until this has passed, so it is no longer than need be.
  t.timeout((whole ? 75 : 25) * 60_000);
  await trivet("destroy", environment, "--yes", "--without-state");
  await trivet("up", environment, "--yes");
  inventory = await readInventory();
  const { all } = await trivet("chaos", environment, "--only", chosen.map(({ name }) => name).join()).catch(
    (error) => error,
  );
  t.log(all?.split("\n").slice(-40).join("\n"));
  result = JSON.parse(await readFile(join(runs, (await newest())!, "run.json"), "utf8"));
});

test.after.always("nothing is left behind", async (t) => {
  t.timeout(5 * 60_000);
  // By the labels of a whole lab; by its state lab.test.ts does it.
  await trivet("destroy", environment, "--yes", "--without-state");
  const filters = { label: [`io.trivet.environment=${environment}`] };
  t.deepEqual(await docker.listContainers({ all: true, filters }), []);
  t.deepEqual(await docker.listNetworks({ filters }), []);
  t.deepEqual((await docker.listVolumes({ filters })).Volumes ?? [], []);
});

for (const { name, title } of chosen) {
  test.serial(`${name}: ${title}`, (t) => {
    const found = result.experiments.find((experiment) => experiment.name === name);
    t.not(found, undefined, "it was performed");
    t.not(found!.verdict, "broken", found!.error);
    // Times are figures here, whatever the machine is busy with; what must hold at any speed is judged.
    for (const line of told(found!, "time")) t.log(line);
    t.deepEqual(told(found!, "safety"), []);
    t.true(found!.totals.acknowledged > 0, "writes were acknowledged");
    t.is(found!.totals.lost, 0);
  });
}

const told = ({ judgements }: ExperimentResult, kind: "safety" | "time") =>
  judgements
    .filter((judged) => judged.kind === kind && judged.outcome !== "pass" && !judged.limit)
    .map(({ checker, outcome, summary, evidence = [] }) =>
      [`${checker} ${outcome}: ${summary}`, ...evidence].join("\n  "),
    );

// The suite itself dies with faults in place. Both signals that it can hear take the same way from there, so that one of
// them does with fewer kinds.
for (const [what, signal, experiment, count] of [
  ["kill -9", "SIGKILL", "everything-at-once", 6],
  ["Ctrl-C", "SIGINT", "everything-at-once", 6],
  ["loss of the terminal", "SIGHUP", whole ? "everything-at-once" : "domain-cut-off", 3],
] as const satisfies [string, NodeJS.Signals, ExperimentName, number][]) {
  test.serial(`${what} of the suite: ${experiment} is healed`, async (t) => {
    t.timeout(25 * 60_000);
    const before = await newest();
    const suite = spawn(process.execPath, [command, "chaos", environment, "--only", experiment], {
      cwd: project,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    t.teardown(() => suite.kill("SIGKILL"));
    suite.stdout.resume();
    const ended = once(suite, "exit");
    const history = await eventually(async () => {
      const run = await newest();
      if (run === before) throw new Error("the run has not begun");
      return join(runs, run!, `01-${experiment}.jsonl`);
    });
    await eventually(async () => {
      const faults = (await readFile(history, "utf8")).split("\n").filter((line) => line.includes('"kind":"fault"'));
      const events = faults.filter((line) => !line.includes('"fault":"prepare for'));
      const failed = events.find((line) => line.includes('"action":"failed"'));
      if (failed) throw new Error(failed);
      const injected = events.filter((line) => line.includes('"action":"injected"'));
      const begun = events.filter((line) => line.includes('"action":"inject"'));
      if (begun.length === 0 || injected.length < begun.length) throw new Error("not all faults are in place");
    }, 300);
    t.true((await traces()).length >= count, "the faults are there");
    if (signal === "SIGHUP") suite.stdout.destroy();
    const killed = performance.now();
    suite.kill(signal);
    await eventually(async () => {
      const left = await traces();
      if (left.length > 0) throw new Error(left.join(", "));
    });
    t.log(`healed ${((performance.now() - killed) / 1_000).toFixed(0)} s after`);
    await ended;
    t.log(`left ${((performance.now() - killed) / 1_000).toFixed(0)} s after`);
    await untilHealthy();
  });
}

/** What a fault leaves in a container or on a link while it is there, seen without the suite's own word. */
async function traces(): Promise<string[]> {
  const containers = await Promise.all(
    inventory.services.map(async (record) => {
      const { container, service } = record;
      const { State, HostConfig } = await docker.getContainer(container).inspect();
      return [
        State.Running ? "" : `${container} does not run`,
        State.Paused ? `${container} is paused` : "",
        HostConfig.RestartPolicy?.Name === "unless-stopped" ? "" : `${container} is not started again after a crash`,
        HostConfig.NanoCpus || HostConfig.CpuQuota ? `${container} has a limit of CPU` : "",
        service === "pod" && State.Running ? await linkTraces(record) : "",
      ].filter(Boolean);
    }),
  );
  return containers.flat();
}

async function linkTraces(pod: ServiceRecord): Promise<string> {
  const { stdout } = await inContainer(pod, "sh", "-c", "iptables -S && tc qdisc show");
  return /CHAOS|tbf/.test(stdout) ? `${pod.container} has a disturbed link` : "";
}
