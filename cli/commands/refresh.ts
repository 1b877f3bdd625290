import { Failure } from "../../core/errors.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { EngineEvent, EngineName } from "../engine/engine.ts";
import { followEvents } from "../engine/progress.ts";
import { driftIn } from "../environment/drift/finding.ts";
import { inHistory } from "../environment/journal/index.ts";
import { copyEndpoints, writeCopies } from "../environment/owner/copy.ts";
import { mustOwn } from "../environment/owner/index.ts";
import { whereabouts } from "../environment/whereabouts.ts";
import { interruptible } from "../interrupt.ts";
import { sayIn, taskList } from "../show/tasks.ts";

/** Makes the state tell what is really there; the next `up` then mends what differs from the program. */
export async function refresh(environment: string, { engine: wanted }: { engine?: EngineName }): Promise<void> {
  const where = await whereabouts(environment);
  const { state } = await mustOwn(environment, where);
  const engine = await chooseEngine(wanted);
  const signal = interruptible();
  const findings: string[] = [];
  const tasks = taskList(
    [
      {
        title: `Looking at what is there of ${environment}, with ${engine.title}`,
        task: async (_, task) => {
          const say = sayIn(task);
          const follow = followEvents(say);
          const onEvent = (event: EngineEvent) => {
            const finding = findingOf(event);
            if (finding) findings.push(finding);
            follow(finding ? ({ ...event, op: "refresh" } as EngineEvent) : event);
          };
          const result = await engine.refresh({ environment, signal, onEvent });
          await writeCopies(environment, copyEndpoints(where), state);
          if (!result.ok) throw new Failure(result.errors.join("\n"));
          const { delete: gone = 0, update: changed = 0 } = result.changes;
          const counts = [gone && `${gone} gone`, changed && `${changed} changed`].filter(Boolean).join(", ");
          task.title = `State of ${environment}: ${counts || "as it was"}`;
        },
      },
    ],
    {},
  );
  await inHistory(environment, () => tasks.run(), signal);
  if (findings.length > 0)
    console.log(`${findings.join("\n")}\nMake it what the settings say: trivet up ${environment}`);
}

/** `gone: web1-icingaweb (Container)`; undefined of what is as it was recorded. */
function findingOf(event: EngineEvent): string | undefined {
  const found = event.kind === "step" ? driftIn(event) : undefined;
  return found && `${found.kind}: ${found.name} (${found.type})${found.detail ? `: ${found.detail}` : ""}`;
}
