import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { passphraseFile } from "../../engine/passphrase.ts";
import { projectDir } from "../../project.ts";
import type { EnvironmentObject } from "../objects.ts";
import type { StateCopy } from "./copy.ts";
import type { Look } from "./judge.ts";

/** `31 containers, 4 networks and 20 volumes (trivet-dev-db1 …) on unix:///var/run/docker.sock` */
export function objectsText(objects: readonly EnvironmentObject[]): string {
  const kinds = [...Map.groupBy(objects, ({ kind }) => kind)];
  const counts = kinds.map(([kind, { length }]) => `${length} ${kind}${length > 1 ? "s" : ""}`);
  const endpoints = [...new Set(objects.map(({ endpoint }) => endpoint))];
  const names = objects.slice(0, 2).map(({ name }) => name);
  return `${counts.join(", ")} (${names.join(", ")}${objects.length > names.length ? ", …" : ""}) on ${endpoints.join(", ")}`;
}

/** What stands in the way of `up`, and each way on. */
export function foreignText({ environment, foreign, found, state }: Look, copy: StateCopy | undefined): string {
  const known = state ? "which this clone's state does not know" : "and this clone has no state of it";
  const from = copy && `${copy.from.user}@${copy.from.host}:${copy.from.folder}`;
  return [
    `"${environment}" is there already, ${known}: ${objectsText(foreign)}.`,
    copy ? `Its state was last written on ${copy.written}, in ${from}.` : undefined,
    "Nothing was made. To go on:",
    copy
      ? `  - Work in ${from}, where its state is.`
      : `  - Work in the clone whose state it is, or copy .trivet/state and .trivet/passphrase from there to ${projectDir}.`,
    copy && `  - Or copy both from there, if no other environment is in use here:\n${copyCommands(copy)}`,
    copy
      ? `  - Or adopt it, with its data and passwords: trivet adopt ${environment}   (reads the state that lies beside the environment; needs its passphrase, which was in ${copy.from.passphrase})`
      : `  - It can't be adopted: no copy of its state lies beside it, as the last \`up\` of an older Trivet, or a first one that was cut off, leaves it.`,
    state && foreign.length < found.length && madeAnew(foreign),
    `  - Or remove it with all its data: trivet destroy ${environment} --without-state`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** A way on where the rest is this state's: somebody may have made a container of it anew by hand. */
function madeAnew(foreign: readonly EnvironmentObject[]): string | undefined {
  if (foreign.some(({ kind }) => kind !== "container")) return undefined;
  const commands = foreign.map(({ name, endpoint }) => `docker -H ${endpoint} rm -f ${name}`);
  return `  - Or, if somebody made ${foreign.length === 1 ? "it" : "them"} anew by hand, with the volumes that it had (they stay), let \`up\` make it again:\n${commands.map((line) => `      ${line}`).join("\n")}`;
}

/** As `foreignText`, of an environment that another copy of the same state has gone on with. */
export const newerText = ({ environment, newer }: Look): string =>
  [
    `The state of "${environment}" that is here is older than what runs: ${objectsText(newer)} came later, from another copy of it.`,
    `Nothing was made. Bring the newest state here with: trivet adopt ${environment}`,
  ].join("\n");

/** For `status` and the commands that need no more. */
export function shortText({ environment, foreign, newer }: Look): string | undefined {
  if (foreign.length > 0) {
    return `another state owns ${objectsText(foreign)}: what this clone knows of them, passwords too, may be wrong (trivet up ${environment} tells the ways on)`;
  }
  if (newer.length > 0) {
    return `the state here is older than ${objectsText(newer)}: another copy of it has gone on (trivet adopt ${environment} brings the newest)`;
  }
  return undefined;
}

function copyCommands({ from }: StateCopy): string {
  const { backend, folder, passphrase } = from;
  const path = /^file:\/\/(.*)$/.exec(backend)?.[1];
  if (path === undefined) return `      (its state is in ${backend}: set PULUMI_BACKEND_URL to that)`;
  const absolute = backend.startsWith("file:///") ? fileURLToPath(backend) : join(folder, path);
  const there = from.host === hostname() ? "" : `${from.user}@${from.host}:`;
  const command = there ? "scp -rp" : "cp -rp";
  const key = passphrase.startsWith("/") ? `${command} ${there}${passphrase} ${passphraseFile}` : undefined;
  return [
    `mkdir -p ${join(projectDir, ".trivet/state")}`,
    `${command} ${there}${absolute}/. ${join(projectDir, ".trivet/state")}/`,
    key,
  ]
    .filter(Boolean)
    .map((line) => `      ${line}`)
    .join("\n");
}
