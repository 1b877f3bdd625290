import { chooseEngine } from "../engine/choose.ts";
import type { EngineName } from "../engine/engine.ts";
import { changesText, followEvents } from "../engine/progress.ts";
import { mustExist } from "../environment/names.ts";
import { Failure } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { sayIn, taskList } from "../show/tasks.ts";

/** Makes the state tell what is really there; the next `up` then mends what differs from the program. */
export async function refresh(environment: string, { engine: wanted }: { engine?: EngineName }): Promise<void> {
  await mustExist(environment);
  const engine = await chooseEngine(wanted);
  const signal = interruptible();
  await taskList(
    [
      {
        title: `Looking at what is there of ${environment}, with ${engine.title}`,
        task: async (_, task) => {
          const result = await engine.refresh({ environment, signal, onEvent: followEvents(sayIn(task)) });
          if (!result.ok) throw new Failure(result.errors.join("\n"));
          task.title = `State of ${environment}: ${changesText(result) ?? "as it was"}`;
        },
      },
    ],
    {},
  ).run();
}
