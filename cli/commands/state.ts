import { UserError } from "../../core/errors.ts";
import { type Backup, backupToRestore, checkState, restoreState, type StateReport } from "../../engine/index.ts";
import { presentPassphrase } from "../engine/passphrase.ts";
import { backendUrl } from "../engine/state.ts";
import { inHistory } from "../environment/journal/index.ts";
import { mustExist } from "../environment/known.ts";
import { projectDir } from "../project.ts";
import { confirm } from "../show/confirm.ts";
import { table } from "../show/table.ts";

/**
 * Tells whether a run could go on from the state of an environment, and which earlier states are kept.
 *
 * @throws {UserError} when none could
 */
export async function stateCheck(environment: string, { json }: { json?: boolean }): Promise<void> {
  const report = await checkState(await fileOf(environment), await presentPassphrase());
  if (json) console.log(JSON.stringify(asJson(report), null, 2));
  else console.log(reportText(environment, report));
  if (report.problems.length > 0) throw new UserError(report.problems.join("\n"));
}

/** Puts an earlier state in the place of the one that is there. Asks first. */
export async function stateRestore(
  environment: string,
  { from, yes }: { from?: string; yes?: boolean },
): Promise<void> {
  const place = await fileOf(environment);
  const { path, time, resources } = await backupToRestore(place, from);
  await confirm(`Put the state of ${time} back (${path}${resources ? `, ${resources} resources` : ""})?`, yes);
  const { file } = await checkState(place);
  await inHistory(environment, () => restoreState(place, path));
  console.log(`${file} is the state of ${time} again, with ${resources} resources. What was there is kept beside it.

Next:
  trivet state check ${environment}
  trivet refresh ${environment}     records what became of these resources since
  trivet preview ${environment}     what up would change`);
}

/** @throws {UserError} when the state is in no file of this machine */
async function fileOf(environment: string) {
  await mustExist(environment);
  const backend = await backendUrl();
  if (!backend.startsWith("file:")) {
    throw new UserError(
      `The state of "${environment}" is at ${backend}, which keeps what was before by itself: use pulumi stack export --version and pulumi stack import.`,
    );
  }
  return { projectDir, stack: environment, backend };
}

function reportText(
  environment: string,
  { file, written, resources, pending, holder, backups, problems }: StateReport,
): string {
  const state = written ? `${resources} resources, written ${written}` : "nothing is recorded";
  const lines = [
    `State of ${environment}: ${file}`,
    problems.length > 0 ? "No run can go on from it, see below." : `A run can go on from it: ${state}.`,
    ...(pending ? [`${pending} operations were begun and not ended: the next run looks at them again.`] : []),
    ...(holder ? [`Held by ${holder}.`] : []),
    "",
    backups.length > 0
      ? table(["EARLIER STATES", "RESOURCES", "WRITTEN"], backups.map(backupRow))
      : "No earlier state is kept.",
  ];
  return lines.join("\n");
}

const backupRow = ({ path, resources, time, broken }: Backup): string[] => [
  path,
  broken === undefined ? String(resources) : `unusable: ${broken}`,
  time,
];

const asJson = ({ backups, ...report }: StateReport) => ({
  ...report,
  backups: backups.map(({ state: _, ...backup }) => backup),
});
