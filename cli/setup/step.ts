import type { Settings } from "../../stacks/settings.ts";
import type { Say } from "../show/tasks.ts";

/** For which environment a machine is set up; absent when it is for none in particular. */
export interface Site {
  environment: string;
  settings: Settings;
}

/** One thing that a machine must have before the program can run. */
export interface Step {
  /** What is looked at, as a noun: `Docker Engine`. */
  title: string;
  /**
   * Is it there? Returns what is to be done when it is not (`"install docker.io"`), undefined when it is.
   *
   * @throws {UserError} when it is not and this machine can't be helped
   */
  check(site?: Site): Promise<string | undefined>;
  /** Does it. Absent where there is only something to check. */
  make?(say: Say, site?: Site): Promise<void>;
}
