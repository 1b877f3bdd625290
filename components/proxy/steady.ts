import type { Judge } from "../../core/health.ts";
import { icingaWeb } from "../icinga/facts.ts";
import { countOf, saidBy, when } from "../judgement.ts";
import { proxy } from "./facts.ts";

/** Every web front is behind it. */
export const steady: Judge = (observations) => {
  const expected = countOf(observations, icingaWeb.name);
  return saidBy(observations, proxy.name).flatMap((entry) =>
    when(
      entry.health.backendsUp !== expected,
      "backends",
      entry,
      `has ${entry.health.backendsUp} of ${expected} web fronts behind it`,
    ),
  );
};
