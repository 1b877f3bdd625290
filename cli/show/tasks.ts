import {
  type DefaultRenderer,
  Listr,
  ListrLogger,
  ListrLogLevels,
  type ListrTask,
  type ListrTaskWrapper,
  PRESET_TIMER,
  type SimpleRenderer,
} from "listr2";

export type Task<Context> = ListrTask<Context, typeof DefaultRenderer, typeof SimpleRenderer>;

/**
 * Tells what a step is at. A `lasting` line is worth keeping in a log; the others are for somebody who looks on, and are
 * not printed where nobody does.
 */
export type Say = (progress: string, lasting?: "lasting") => void;

export const isWatched = Boolean(process.stdout.isTTY);

/**
 * The progress display: each step with its time, and below it what it is at. Plain lines where there is no terminal.
 * What goes wrong is told by whoever called, once. `silent`: nothing is shown, since a program reads the rest.
 */
export function taskList<Context extends object>(tasks: Task<Context>[], context: Context, silent = false) {
  return new Listr<Context, "default", "simple">(tasks, {
    ctx: context,
    renderer: "default",
    fallbackRenderer: "simple",
    silentRendererCondition: silent,
    // Ctrl-C is ours: it finishes the running steps.
    registerSignalListeners: false,
    rendererOptions: { timer: PRESET_TIMER, collapseErrors: false, showErrorMessage: false },
    fallbackRendererOptions: { timer: PRESET_TIMER, logger: new BriefLogger({ useIcons: true }) },
  });
}

/** Names the step that failed without its error. */
class BriefLogger extends ListrLogger {
  override log(level: ListrLogLevels, message: string | unknown[], options?: Parameters<ListrLogger["log"]>[2]): void {
    super.log(level, message, level === ListrLogLevels.FAILED ? undefined : options);
  }
}

/** What a task says appears below its title. */
export function sayIn<Context>(task: ListrTaskWrapper<Context, typeof DefaultRenderer, typeof SimpleRenderer>): Say {
  return (progress, lasting) => {
    if (isWatched || lasting) task.output = progress;
  };
}
