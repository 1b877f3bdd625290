import type Docker from "dockerode";
import type { Props } from "../wire/values.ts";
import type { Fields } from "./schema.ts";

/** What a call may use. */
export interface Context {
  docker: Docker;
  /** Where that is: `unix:///path` or `ssh://[user@]host[:port]`. */
  endpoint: string;
  /** Ends waits: the deployment was cancelled. */
  signal: AbortSignal;
}

/** One kind of Docker object, as the real provider 5.2.0 keeps it in the state. */
export interface Resource {
  /** Its inputs and what follows from a change of each. */
  fields: Fields;
  /** A name is made up when the user gives none. */
  namesItself: boolean;
  /** What is known only when the object exists: outputs, and inputs that Docker decides where the user does not. */
  computed: readonly string[];
  /** Two can't exist at the same time, whatever their names. */
  deleteBeforeReplace: boolean;
  /** A refresh never changes its inputs: they can't be told from the object. */
  inputsStay?: true;
  /** The `__meta` output by which the real provider knows the layout of its state; none for resources of its own making. */
  meta?: Record<string, unknown>;
  /** Checks of more than one property, after the table's. Plain values only. */
  validate?(inputs: Props): { property: string; reason: string }[];
  /** Inputs that are computed on this machine, before anything is created. */
  prepare?(inputs: Props): Promise<Props>;
  /** @returns the id; @throws {HalfMade} when the object exists but is not as asked */
  create(context: Context, inputs: Props): Promise<string>;
  /** The outputs, or undefined when it is gone. `known`: the inputs or last outputs, for what Docker does not tell. */
  read(context: Context, id: string, known: Props): Promise<Props | undefined>;
  update?(context: Context, id: string, olds: Props, news: Props): Promise<void>;
  remove(context: Context, id: string, inputs: Props): Promise<void>;
}

/** Key under which Terraform keeps a resource's time limits, in nanoseconds. */
const TIMEOUTS = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";
const TWENTY_MINUTES = 20 * 60 * 1e9;
export const timeouts = { [TIMEOUTS]: { create: TWENTY_MINUTES, delete: TWENTY_MINUTES, update: TWENTY_MINUTES } };

export const schemaVersion = (version: number) => ({ schema_version: String(version) });
