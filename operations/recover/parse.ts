import { z } from "zod";
import {
  checkGrastate,
  checkView,
  type Evidence,
  type Files,
  type NoPosition,
  type Position,
  parsePosition,
  parseStanding,
  positionOf,
  runningAt,
  stopOf,
} from "../../node/bootstrap/index.ts";

/** The image's script that tells all of this. */
export const EVIDENCE = "/usr/local/lib/trivet/evidence";

/** Characters of any text in it that are looked at, and of all. */
const LONG = 4_096;
const LONGEST = 256 * 1024;

const text = z.string().transform((said) => said.slice(0, LONG));
const whole = z.number().int();

/** Its output. An earlier version's image may tell more, or of a file that is damaged less. */
const told = z.object({
  grastate: z.object({ uuid: text, seqno: whole, safeToBootstrap: z.boolean(), changed: whole }).nullable(),
  view: z.object({ own: text, id: text.nullable(), number: whole, seen: whole, members: z.array(text) }).nullable(),
  /** A state transfer began here and did not end. */
  transfer: z.boolean(),
  /** There is a database, part of a cluster or not. */
  database: z.boolean(),
  /** `<uuid>:<seqno>` as InnoDB knows it, empty when it was not asked or could not tell; then why not, in its own words. */
  recovered: text,
  log: text,
  /** The waiting keeper tells its peers its position, and in brackets why it waits. */
  told: text.nullable(),
  waiting: z.object({ state: text, detail: text }).nullable(),
  /** Whether mariadbd is there, and what it answers. */
  process: z.boolean(),
  running: z.object({ status: text, uuid: text, seqno: whole, size: whole, state: text, members: text }).nullable(),
});
export type Told = z.infer<typeof told>;

/** @throws when it is not what the image's script prints */
export function parseTold(stdout: string, stderr: string): Told {
  const said = told.safeParse(json(stdout, stderr));
  if (said.success) return said.data;
  const [issue] = said.error.issues;
  throw new Error(`evidence printed what is no evidence: ${issue!.path.join(".")}: ${issue!.message}`);
}

function json(stdout: string, stderr: string): unknown {
  try {
    if (stdout.length <= LONGEST) return JSON.parse(stdout);
  } catch {}
  throw new Error(`evidence printed no JSON: ${(stdout + stderr).trim().slice(0, 200) || "nothing at all"}`);
}

/** @param up whether the container runs; else its volume was read by another one */
export function parseEvidence(host: string, told: Told, up: boolean): Evidence {
  const { running, waiting, grastate } = told;
  const files: Files = {
    database: told.database,
    transfer: told.transfer,
    grastate: grastate ? checkGrastate(grastate) : undefined,
    recovered: parsePosition(told.recovered),
  };
  const view = told.view ? checkView({ ...told.view, id: told.view.id ?? "" }) : undefined;
  const dropped = [files.grastate?.dropped, view?.dropped].filter((each) => each !== undefined);
  const common = {
    host,
    safeToBootstrap: grastate?.safeToBootstrap ?? false,
    changed: grastate?.changed,
    view: view?.value,
  };
  const withDropped = (detail: string) => [detail, ...dropped].filter((each) => each !== "").join("; ");
  if (!up) {
    const detail = withDropped(told.recovered ? "" : told.log.replaceAll("\n", "; "));
    return { ...common, doing: "stopped", detail, position: positionOf(files), stop: stopOf(files) };
  }
  if (running) {
    const doing = running.status === "Primary" ? "primary" : "nonprimary";
    const detail = `${running.status}, ${running.state}, members ${running.members.replaceAll(/:\d*/g, "").replaceAll(",", ", ")}`;
    const { size, state } = running;
    return { ...common, doing, detail, ...runningAt(running), size, synced: state === "Synced" };
  }
  const detail = withDropped(waiting ? `${waiting.state}: ${waiting.detail}` : "the database does not answer");
  if (told.process || !waiting || waiting.state === "starting" || waiting.state === "recovering") {
    return { ...common, doing: "starting", detail, position: "unknown", joins: waiting ? joins(waiting) : false };
  }
  const refused = waiting.detail.startsWith(REFUSED);
  return { ...common, doing: "waiting", detail, position: waitingPosition(told, files), stop: stopOf(files), refused };
}

/** The keeper says these two only in words (node/keeper/waiting.ts): they become fields here, and nobody else reads the words. */
const REFUSED = "an order was not obeyed: ";
const joins = ({ state, detail }: NonNullable<Told["waiting"]>) => state === "starting" && /^join\b/.test(detail);

/** Its own word counts: it has recovered its position, and may by now have been told to give its data up. */
function waitingPosition({ told, database }: Told, files: Files): Position | NoPosition {
  if (positionOf(files) === "incomplete") return "incomplete";
  return parseStanding(told?.split(" (")[0]?.trim() ?? "") ?? (database ? "unreadable" : "unknown");
}
