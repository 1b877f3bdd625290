import type { Value } from "../wire/values.ts";

/** Says which environment an object belongs to: what carries another value, or none, is never touched. */
const ENVIRONMENT = "io.trivet.environment";

type Labels = Record<string, string>;

/** Label inputs as Docker takes them. */
export function labelMap(labels: Value | undefined): Labels {
  const pairs = (labels ?? []) as { label: string; value: string }[];
  return Object.fromEntries(pairs.map(({ label, value }) => [label, value]));
}

/** Whether an object that is in the way was made for the same environment as the one asked for. */
export function isOurs(found: Labels | null | undefined, asked: Labels): boolean {
  return ENVIRONMENT in asked && found?.[ENVIRONMENT] === asked[ENVIRONMENT];
}

/** Why an object in the way is left alone, for an error. */
export function whyNotOurs(found: Labels | null | undefined, asked: Labels): string {
  const wanted = asked[ENVIRONMENT];
  if (wanted === undefined) return "it was not made by this stack";
  const other = found?.[ENVIRONMENT];
  return other === undefined
    ? `it does not carry the label ${ENVIRONMENT}=${wanted}`
    : `its label says ${ENVIRONMENT}=${other}, not ${wanted}`;
}
