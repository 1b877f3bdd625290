import type { Event } from "../history/events.ts";
import { bankConstant } from "./bankConstant.ts";
import { checkedInTime } from "./checkedInTime.ts";
import type { Checker, Context, Judgement } from "./checker.ts";
import { clocksTold } from "./clocksTold.ts";
import { counterExact } from "./counterExact.ts";
import { dnsAnswers } from "./dnsAnswers.ts";
import { nameUnfit } from "./nameUnfit.ts";
import { noDirtyReader } from "./noDirtyReader.ts";
import { nodesAgree } from "./nodesAgree.ts";
import { noFailedWrite } from "./noFailedWrite.ts";
import { noLostUpdate } from "./noLostUpdate.ts";
import { notifiedOnce } from "./notifiedOnce.ts";
import { noWriteLost } from "./noWriteLost.ts";
import { onePrimary } from "./onePrimary.ts";
import { oneWriter } from "./oneWriter.ts";
import { oneWriterNamed } from "./oneWriterNamed.ts";
import { readYourWrites } from "./readYourWrites.ts";
import { unknownAccounted } from "./unknownAccounted.ts";
import { webAnswers } from "./webAnswers.ts";
import { writeRecovery } from "./writeRecovery.ts";

/** All of them, in the order of a report: first the data, then what people notice. */
export const checkers: Checker[] = [
  noWriteLost,
  noFailedWrite,
  unknownAccounted,
  nodesAgree,
  bankConstant,
  counterExact,
  noLostUpdate,
  readYourWrites,
  noDirtyReader,
  onePrimary,
  writeRecovery,
  nameUnfit,
  oneWriterNamed,
  dnsAnswers,
  oneWriter,
  checkedInTime,
  notifiedOnce,
  webAnswers,
  clocksTold,
];

/** What every checker says of a history. */
export const judgeAll = (
  events: readonly Event[],
  context: Context,
): (Judgement & { checker: string; title: string; kind: Checker["kind"] })[] =>
  checkers.map(({ name, title, kind, judge }) => ({ checker: name, title, kind, ...judge(events, context) }));
