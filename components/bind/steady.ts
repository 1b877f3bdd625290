import type { Judge } from "../../core/health.ts";
import { galera } from "../galera/facts.ts";
import { saidBy, when } from "../judgement.ts";
import { bind } from "./facts.ts";

/** Every DNS server gives exactly the database nodes that are fit, and finds the outer world's names that it was told to find. */
export const steady: Judge = (observations) => {
  const fit = observations
    .filter((seen) => seen.service.service === galera.name && seen.fit)
    .map((seen) => seen.service.address);
  const list = (addresses: readonly string[]) => [...addresses].sort().join(", ") || "nothing";
  return saidBy(observations, bind.name).flatMap((server) => {
    const { answers = [], unresolved = [] } = server.health;
    const given = list(answers);
    return [
      ...when(given !== list(fit), "names", server, `answers ${given} for the database's name, expected ${list(fit)}`),
      ...when(unresolved.length > 0, "outer-names", server, `finds no ${unresolved.join(", ")}`),
    ];
  });
};
