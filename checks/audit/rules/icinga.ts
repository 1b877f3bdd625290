import { apiPort } from "../../../components/icinga/facts.ts";
import type { Answer } from "../rule.ts";

/** Asks an Icinga node for its running status, as the user that its health script has. */
export const icingaStatus = {
  script: `curl -sSf --insecure --max-time 4 --config /run/trivet/health.curl https://127.0.0.1:${apiPort}/v1/status`,
};

/** The status of one of Icinga's parts: `ApiListener`. Empty when the node does not know it. */
export function statusOf({ said }: Answer, part: string): Record<string, unknown> {
  const { results } = JSON.parse(said) as { results: { name: string; status: Record<string, unknown> }[] };
  return results.find(({ name }) => name === part)?.status ?? {};
}

/** The names of the running objects of a feature: Icinga lists each under its type in small letters. */
export const objects = (answer: Answer, type: string): string[] =>
  Object.values(statusOf(answer, type)).flatMap((named) => Object.keys(named as object));
