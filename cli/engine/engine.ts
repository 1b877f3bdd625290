import type { EngineEvent, Result, StoredDeployment } from "../../engine/index.ts";

export type { EngineEvent, Result, StoredDeployment };
export type EngineName = "pulumi" | "embedded";

export interface Run {
  environment: string;
  /** Configuration of this run alone, by namespaced key. */
  config?: Record<string, string>;
  onEvent?: (event: EngineEvent) => void;
  /** Ends the run early: what runs is finished and recorded, nothing new begins. */
  signal?: AbortSignal;
}

/** What can run the program: Pulumi's own CLI, or the engine that Trivet brings. Both work on the same state. */
export interface Engine {
  name: EngineName;
  /** For people: name and version. */
  title: string;
  /** Changes the resources with these URNs alone, when they are given. */
  up(run: Run, targets?: readonly string[]): Promise<Result>;
  preview(run: Run): Promise<Result>;
  /** Of the resources with these URNs alone, when they are given. */
  refresh(run: Run, targets?: readonly string[]): Promise<Result>;
  /** Looks what differs from what is recorded, and writes nothing. The steps are those of `refresh`. */
  drift(run: Run): Promise<Result>;
  destroy(run: Run): Promise<Result>;
  /** The recorded outputs; empty when the environment is not up. */
  outputs(environment: string, showSecrets: boolean): Promise<Record<string, unknown>>;
  /** The names of the environments of which something is recorded. */
  recorded(): Promise<string[]>;
  /** The whole state, its secrets sealed; undefined where nothing is recorded. Needs no passphrase. */
  exportState(environment: string): Promise<StoredDeployment | undefined>;
  /** Puts a state in the place of the one that is there; undefined takes that away. */
  importState(environment: string, state: StoredDeployment | undefined): Promise<void>;
}
