import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { ServiceRecord } from "../../stacks/inventory.ts";
import { dockerAt } from "../endpoint.ts";
import type { Rule } from "./rule.ts";

/** Milliseconds that one container may take for one answer. */
const TIMEOUT = 8_000;

/** What a container answers to a rule's question. @throws when it can't be asked, takes too long or exits with an error */
export async function ask(service: ServiceRecord, question: Rule["ask"]): Promise<string> {
  const abortSignal = AbortSignal.timeout(TIMEOUT);
  const container = dockerAt(service.endpoint).getContainer(service.container);
  if (question === "container") return JSON.stringify(await container.inspect({ abortSignal }));
  const exec = await container.exec({
    Cmd: ["timeout", String(TIMEOUT / 1000), "bash", "-c", question.script],
    AttachStdout: true,
    AttachStderr: true,
    abortSignal,
  });
  const stream = await exec.start({ abortSignal });
  const late = () => stream.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`));
  abortSignal.addEventListener("abort", late, { once: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  container.modem.demuxStream(stream, stdout, stderr);
  stream.on("end", () => [stdout, stderr].map((output) => output.end()));
  stream.on("error", (error: Error) => [stdout, stderr].map((output) => output.destroy(error)));
  const [said, complained] = await Promise.all([text(stdout), text(stderr)]);
  abortSignal.removeEventListener("abort", late);
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error((complained || said).trim().slice(0, 200) || `exit code ${ExitCode}`);
  return said.trimEnd();
}
