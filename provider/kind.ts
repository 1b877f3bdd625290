import { z } from "zod";
import { endpointSchema } from "../core/address.ts";

/** What a call may use. */
export interface Context {
  /** Ends waits: the run was interrupted. */
  signal: AbortSignal;
}

type Names<T> = readonly (keyof T & string)[];

/** One kind of resource: what it takes, what follows from a change of that, and what is done. Secrets come as plain values. */
export interface Kind<Inputs extends object, Outputs extends object = Inputs> {
  /** What the inputs have to be: no others, while a value may hold more than is used of it. */
  inputs: z.ZodType<Inputs>;
  /** Inputs whose change is an update in place. One that is named nowhere may change without anything being done. */
  updates?: Names<Inputs>;
  /** Inputs whose change makes it another resource. */
  replaces?: Names<Inputs>;
  /** Inputs that stay as they were first given, each with why: a preview refuses another value, too. */
  kept?: { [Key in keyof Inputs]?: string };
  /** When two values of an input count as one, where that is not equality. */
  same?: { [Key in keyof Inputs]?: (some: Inputs[Key], others: Inputs[Key]) => boolean };
  /** The former one goes before another one takes its place. */
  deleteBeforeReplace?: boolean;
  /** Outputs that are no inputs: not known until it is made, or changed. */
  computed?: Names<Outputs>;
  /** Inputs that are not repeated among the outputs. */
  hidden?: Names<Inputs>;
  create(inputs: Inputs, context: Context): Promise<{ id: string; outputs: Outputs }>;
  update?(olds: Outputs, news: Inputs, context: Context): Promise<Outputs>;
  /** Whether it is still there, for a refresh; it is where this can't be told. */
  exists?(outputs: Outputs): Promise<boolean>;
  delete?(outputs: Outputs): Promise<void>;
}

export const containerAddress = z.object({ endpoint: endpointSchema, container: z.string().min(1) });
