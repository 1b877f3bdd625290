import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Read } from "./files.ts";
import { isAddress, isNodeName } from "./name.ts";
import { isUuid, parsePosition, startPosition } from "./position.ts";

/**
 * What a node tells another one of itself: pure texts, a line each, whatever carries them.
 *
 * The one that asks says which node it means and a number that it has never used before; the answer is sealed with the cluster's
 * key, over that number and its own name. So an answer counts only from a node that has the key, of that node, and of now: what was
 * heard on the wire can't be told again, neither later nor in another one's name.
 */

/** Characters of a question, and of an answer. Who reads from the wire need not take more. */
export const LONGEST_QUESTION = 256;
export const LONGEST_ANSWER = 4_096;

/** A question to one node. */
export interface Question {
  /** The cluster's name, and the host of the node that is asked. */
  cluster: string;
  host: string;
  /** 32 hexadecimal digits, at random. */
  once: string;
}

const name = z.string().refine(isNodeName);
const once = z.string().regex(/^[0-9a-f]{32}$/);
const question = z.strictObject({ ask: z.literal(1), cluster: name, host: name, once });

const position = z.string().transform((text, { addIssue }) => {
  const value = parsePosition(text);
  if (!value) addIssue("is no position");
  return value ?? z.NEVER;
});
/** More than any cluster has. */
export const MOST_MEMBERS = 64;
/** For people, in one line. */
const detail = z.string().regex(/^[\x20-\x7e]{0,200}$/);
const running = {
  position: z.union([z.literal("unknown"), position]),
  cluster: z.string().refine(isUuid).optional(),
  size: z.number().int().min(0).max(255),
  synced: z.boolean(),
  /** Synced, ready and not read-only, in a primary component. */
  writes: z.boolean(),
  /** Addresses of all members of its component that have data. */
  members: z.array(z.string().refine(isAddress)).max(MOST_MEMBERS),
  detail,
};
const told = z.discriminatedUnion("doing", [
  z.strictObject({ doing: z.literal("primary"), ...running }),
  z.strictObject({ doing: z.literal("nonprimary"), ...running }),
  /** Its database runs, and does not tell its keeper how. */
  z.strictObject({ doing: z.literal("running"), detail }),
  z.strictObject({ doing: z.literal("starting"), detail }),
  z.strictObject({
    doing: z.literal("waiting"),
    position: z.union([z.enum(["empty", "incomplete", "unreadable"]), position]),
    detail,
  }),
]);

/** What a node tells of itself. */
export type Told = z.infer<typeof told>;

const seal = ({ cluster, host, once }: Question, text: string, key: Uint8Array): Buffer =>
  createHmac("sha256", key).update(["trivet node 1", cluster, host, once, text].join("\n")).digest();

export const questionLine = (asked: Question): string => JSON.stringify({ ask: 1, ...asked });

/** Reads a question. Anybody may have sent it; who answers sees whether it is meant. */
export function readQuestion(line: string): Read<Question> {
  const read = readJson(line, LONGEST_QUESTION, question);
  if (!read.value) return read;
  const { ask: _version, ...asked } = read.value;
  return { value: asked };
}

/** Details are cut, and foreign characters in them left out: they must not make an answer that nobody believes. */
export function answerLine(said: Told, asked: Question, key: Uint8Array): string {
  const { detail, ...rest } = said;
  const plain = "position" in rest && typeof rest.position === "object" ? startPosition(rest.position) : undefined;
  const printable = detail.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 200);
  const text = JSON.stringify({ ...rest, ...(plain !== undefined && { position: plain }), detail: printable });
  return `${seal(asked, text, key).toString("hex")} ${text}`;
}

/** Reads the answer to a question. What is not sealed by this cluster's key for just this question is not looked at. */
export function readAnswer(line: string, asked: Question, key: Uint8Array): Read<Told> {
  if (line.length > LONGEST_ANSWER) return { dropped: `an answer of ${line.length} characters` };
  const [, given = "", text = ""] = /^([0-9a-f]{64}) (.*)$/s.exec(line) ?? [];
  if (!timingSafeEqual(seal(asked, text, key), Buffer.from(given.padEnd(64, "0"), "hex")))
    return { dropped: "an answer that is not sealed by this cluster's key for this question" };
  return readJson(text, LONGEST_ANSWER, told);
}

function readJson<T>(text: string, longest: number, schema: z.ZodType<T>): Read<T> {
  if (text.length > longest) return { dropped: `a text of ${text.length} characters` };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { dropped: "a text that is no JSON" };
  }
  const { success, data, error } = schema.safeParse(given);
  if (success) return { value: data };
  const [issue] = error.issues;
  return { dropped: `a text of another form: ${issue!.path.join(".")}: ${issue!.message}`.slice(0, 200) };
}
