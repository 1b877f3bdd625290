import type { ServiceRecord } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { exec } from "../../hosts/exec.ts";
import type { Rule } from "./rule.ts";

/** Milliseconds that one container may take for one answer. */
const TIMEOUT = 8_000;

/** What a container answers to a rule's question. @throws when it can't be asked, takes too long or exits with an error */
export async function ask(service: ServiceRecord, question: Rule["ask"]): Promise<string> {
  if (question === "container") {
    const container = dockerAt(service.endpoint).getContainer(service.container);
    return JSON.stringify(await container.inspect({ abortSignal: AbortSignal.timeout(TIMEOUT) }));
  }
  const command = ["timeout", String(TIMEOUT / 1000), "bash", "-c", question.script];
  const { code, stdout, stderr } = await exec(service, command, TIMEOUT);
  if (code !== 0) throw new Error((stderr || stdout).trim().slice(0, 200) || `exit code ${code}`);
  return stdout.trimEnd();
}
