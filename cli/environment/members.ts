import pRetry, { AbortError } from "p-retry";
import { galera } from "../../components/galera/facts.ts";
import { leaving, type Refusal, type Voter, whyTheyStay } from "../../components/galera/majority.ts";
import { factsOf, votersWith } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { probe } from "../../health/probe.ts";
import type { Settings } from "../../stacks/settings.ts";
import { LOCAL } from "../setup/docker.ts";
import type { Say } from "../show/tasks.ts";

/** Milliseconds that a node which was started a moment ago may take to become fit. */
const PATIENCE = 60_000;

/** The members of the database cluster as the settings want them. */
export function wantedVoters({ hosts }: Pick<Settings, "hosts">): Voter[] {
  return votersWith(galera.name).flatMap((service) => {
    const { role } = factsOf(service);
    return hosts
      .filter(({ roles }) => role && roles.includes(role))
      .map(({ name, address, endpoint = LOCAL }) => ({ service, host: name, address, endpoint }));
  });
}

/**
 * Looks, before anything is touched, whether the settings take away more of the database cluster than it can lose now. The
 * program looks once more by itself (components/galera/membership.ts), by the same rule.
 *
 * @throws {UserError} when they do, and go on doing so for a minute
 */
export async function mustKeepMajority(
  inventory: Inventory,
  settings: Pick<Settings, "hosts">,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const before = servicesOf(inventory, ...votersWith(galera.name));
  const after = wantedVoters(settings);
  if (leaving(before, after).length === 0) return;
  let why: Refusal | undefined;
  const attempt = async () => {
    const seen = await probe(inventory, before, { apart: true });
    const states = seen.map(({ service: { host }, container, fit, health }) => ({
      host,
      there: container !== "missing",
      fit,
      size: health?.clusterSize,
    }));
    why = whyTheyStay(before, after, states);
    if (!why) return;
    if (!why.passing || signal.aborted) throw new AbortError(why.text);
    say(`waiting: ${why.text}`);
    throw new Error(why.text);
  };
  await pRetry(attempt, every(2_000, PATIENCE)).catch((error) => {
    throw why ? new UserError(`${why.text} Nothing was touched.`) : error;
  });
}
