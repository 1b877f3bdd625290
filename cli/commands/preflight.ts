import { clockPairs, type Sight, ways } from "../../operations/preflight/index.ts";
import { type Preflight, preflightTasks } from "../environment/preflight.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { subjectOf } from "../environment/subject.ts";
import { interruptible } from "../interrupt.ts";
import { countText, findingsText } from "../show/findings.ts";
import { taskList } from "../show/tasks.ts";

/** Looks whether hosts are fit to be used, and changes nothing there. The exit code is 1 when an `up` could not work. */
export async function preflight(environment: string, { json }: { json?: boolean }): Promise<void> {
  const subject = subjectOf(environment, await loadEnvironment(environment));
  const context: Preflight = {};
  const tasks = preflightTasks<Preflight>(subject, interruptible("hosts are left as they were"));
  await taskList(tasks, context, json).run();
  const { sight, findings = [] } = context;
  const failed = findings.some(({ severity }) => severity === "error");
  if (json) console.log(JSON.stringify({ ready: !failed, findings, ...seen(sight!) }, undefined, 2));
  else if (findings.length === 0) console.log(`\n${environment} is ready for trivet up.`);
  else {
    const end = failed
      ? `${environment} is not ready: ${countText(findings)}.`
      : `${environment} is ready for trivet up: ${countText(findings)}.`;
    console.log(`\n${findingsText(findings)}\n\n${end}`);
  }
  process.exitCode = failed ? 1 : 0;
}

/** All that was measured, for programs. */
function seen(sight: Sight) {
  const { looks, tried, untried, links } = sight;
  return {
    hosts: looks.map(({ host, facts, refusal, clock }) => ({
      name: host.name,
      address: host.address,
      ...(refusal && { refusal }),
      ...(clock && { clock }),
      ...(facts && { facts: plain(facts) }),
    })),
    clocks: clockPairs(looks),
    flows: { tried, untried },
    links,
    databases: ways(sight),
  };
}

/** JSON has no maps and no sets. */
const plain = (facts: object) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      value instanceof Map ? Object.fromEntries(value) : value instanceof Set ? [...value] : value,
    ]),
  );
