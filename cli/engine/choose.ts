import { UserError } from "../../core/errors.ts";
import { embeddedEngine } from "./embedded.ts";
import type { Engine, EngineName } from "./engine.ts";

/**
 * The engine that runs the program: the one asked for, else Pulumi's CLI where it is installed, else the embedded one.
 *
 * @throws {UserError} when the CLI is asked for and not there
 */
export async function chooseEngine(wanted?: EngineName): Promise<Engine> {
  if (wanted === "embedded") return embeddedEngine;
  const { pulumiEngine, pulumiIsInstalled } = await import("./pulumi.ts");
  if (await pulumiIsInstalled()) return pulumiEngine;
  if (wanted === "pulumi") {
    throw new UserError(
      'There is no "pulumi" on PATH. Install the Pulumi CLI, or leave "--engine pulumi" out: the embedded engine keeps the same state.',
    );
  }
  return embeddedEngine;
}
