import { Failure, UserError } from "../../core/errors.ts";
import { connectedTo } from "../../hosts/endpoint.ts";
import { stateKeeper } from "../engine/keeper.ts";
import { passphraseFile, passphraseSource, presentPassphrase, whySealed } from "../engine/passphrase.ts";
import { inHistory } from "../environment/journal/index.ts";
import { copyEndpoints, readCopy, type StateCopy } from "../environment/owner/copy.ts";
import { endpointsOf, lookToReplace } from "../environment/owner/index.ts";
import { judgeOwner, recordOf } from "../environment/owner/judge.ts";
import { rebound } from "../environment/owner/rebind.ts";
import { objectsText } from "../environment/owner/text.ts";
import { whereabouts } from "../environment/whereabouts.ts";
import { LOCAL } from "../setup/docker.ts";
import { confirm } from "../show/confirm.ts";

/**
 * Takes over an environment whose state is elsewhere or lost: brings back the copy of the state that lies beside it, with its
 * secrets, and touches nothing of the environment.
 */
export async function adopt(environment: string, { yes }: { yes?: boolean }): Promise<void> {
  const where = await whereabouts(environment);
  const endpoints = endpointsOf(where);
  const look = await lookToReplace(environment, endpoints);
  const isOwn = look.recorded.length > look.missing.length && look.foreign.length + look.newer.length === 0;
  if (isOwn) throw new UserError(`"${environment}" is this clone's already: there is nothing to adopt.`);
  const copy = await readCopy(environment, copyEndpoints(where));
  if (!copy) {
    // One that can't be reached may have it.
    await Promise.all(copyEndpoints(where).map(connectedTo));
    throw new UserError(
      `No copy of a state lies beside "${environment}": there is none, or it was brought up by an older Trivet, or its first \`up\` was cut off. ` +
        `Copy .trivet/state and .trivet/passphrase from where they are; if they are lost, it can only be removed: trivet destroy ${environment} --without-state`,
    );
  }
  await mustOpen(environment, copy);
  const record = recordOf(copy.state);
  const bound = rebound(copy.state, record, look.found);
  const { foreign } = judgeOwner(look.found, recordOf(bound.state), endpoints, LOCAL);
  if (foreign.length > 0) {
    throw new UserError(
      `The copy of the state of ${copy.written} does not know ${objectsText(foreign)}: another state made them.`,
    );
  }
  if (look.state) {
    await confirm(
      `This clone has another state of ${environment}. Put the one of ${copy.written} in its place (a state in files stays as .bak)?`,
      yes,
    );
  }
  const keeper = await stateKeeper();
  await inHistory(environment, async () => {
    await keeper.importState(environment, bound.state);
    if (bound.urns.length > 0) {
      // Made after the copy was written: what they are is read from themselves.
      const { ok, errors } = await keeper.refresh({ environment }, bound.urns);
      if (!ok) throw new Failure(errors.join("\n"));
    }
  });
  const { user, host, folder } = copy.from;
  console.log(`The state of ${environment} is here, as ${user}@${host}:${folder} wrote it on ${copy.written}, with its passwords. Nothing that runs was touched.

Next:
  trivet status ${environment}
  trivet preview ${environment}     what up would change
Whoever still has another copy of this state must not go on with it: after an \`up\` here it is told so.`);
}

async function mustOpen(environment: string, { state, from }: StateCopy): Promise<void> {
  const sealed = await whySealed(state);
  if (!sealed) return;
  const there = `${from.user}@${from.host}: ${from.passphrase}`;
  throw new UserError(
    `The copy of the state is encrypted, and ${sealed}. It was written with the passphrase of ${there}. Nothing was done. ` +
      `${(await presentPassphrase()) === undefined ? `Copy that to ${passphraseSource()}` : `Give that in PULUMI_CONFIG_PASSPHRASE_FILE, or put it in ${passphraseFile} if no other environment of this clone uses the one that is there`}, and try again. ` +
      `Without it the environment can't be adopted, only removed: trivet destroy ${environment} --without-state`,
  );
}
