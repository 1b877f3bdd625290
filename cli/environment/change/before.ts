import type { Problem } from "../../../core/health.ts";
import type { Planned } from "./plan.ts";

/** As much of a problem as decides whether a change mends it. */
export type Sick = Pick<Problem, "service" | "text"> & { node?: { container: string; service: { container: string } } };

/** States in which `up` makes or starts a container whatever else changes. */
const STARTED = ["missing", "exited", "created"];

/**
 * The problems that a change would not mend: it mends those of a service one of whose containers stands still, is gone, or is made anew by
 * it. What does not answer at all is mended by none.
 */
export function notMended(
  problems: readonly Sick[],
  planned: readonly Pick<Planned, "op" | "type" | "name">[],
): readonly Sick[] {
  const made = planned.filter(({ op, type }) => type === "Container" && (op === "create" || op === "replace"));
  const madeAnew = ({ container }: { container: string }) =>
    // A container's own name is that of its resource after the environment's.
    made.some(({ name }) => container.endsWith(`-${name}`));
  const mended = new Set(
    problems
      .filter(
        ({ node }) =>
          node && (STARTED.includes(node.container) || (node.container === "running" && madeAnew(node.service))),
      )
      .map(({ service }) => service),
  );
  return problems.filter(({ service, node }) => node?.container === "unreachable" || !mended.has(service));
}

/** What is not well, and the ways on. */
export function unwellText(environment: string, problems: readonly Pick<Sick, "text">[]): string {
  return [
    `${environment} is not healthy, and this change would not mend it:`,
    ...problems.map(({ text }) => `  - ${text}`),
    `See trivet status ${environment}. Bring it back first; or say --unhealthy to change it as it is.`,
  ].join("\n");
}
