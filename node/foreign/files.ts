import { z } from "zod";
import type { Order } from "../keeper/order.ts";
import { nodeName, readText, seqno, uuid } from "./shapes.ts";

/** All of these files are of a few lines. */
const MOST = 64_000;

/** grastate.dat: where Galera left the data when it stopped in good order. */
export interface Grastate {
  uuid: string;
  /** -1: it did not stop in good order, and InnoDB knows. */
  seqno: number;
}

export const NO_UUID = "00000000-0000-0000-0000-000000000000";

/** `uuid: …` and `seqno: …`, once each; undefined where the file is of no such form: killed while it was being written. */
export function readGrastate(bytes: Uint8Array): Grastate | undefined {
  const text = readText(bytes, MOST);
  const of = (name: string) => text?.match(new RegExp(`^${name}: +(\\S+)$`, "m"))?.[1];
  const number = of("seqno");
  const read = z.object({ uuid, seqno: seqno }).safeParse({ uuid: of("uuid"), seqno: number === "-1" ? "0" : number });
  return read.data && { uuid: read.data.uuid, seqno: number === "-1" ? -1 : read.data.seqno };
}

/** gvwstate.dat: how many members the last view had; undefined without one. */
export function readLastView(bytes: Uint8Array | undefined): number | undefined {
  const text = bytes && readText(bytes, MOST);
  const members = text?.match(/^member:/gm)?.length ?? 0;
  return text === undefined || text.length === 0 ? undefined : members;
}

/** An order of a person's (`trivet recover`), or why it is none. */
export function readOrder(bytes: Uint8Array): Order | { refused: string } {
  const [what, id, number, ...without] =
    readText(bytes, MOST)
      ?.trim()
      .split(/[ \t]+/) ?? [];
  const read = z
    .object({
      what: z.enum(["bootstrap", "fork", "discard"]),
      uuid,
      seqno,
      without: z.array(nodeName).max(64),
    })
    .safeParse({ what, uuid: id, seqno: number, without });
  return read.data ?? { refused: "it is not of the form that trivet recover writes" };
}

/** Percent from which the node warns and is full; how many bytes of a larger file system count, 0 for all. */
export interface Capacity {
  warning: number;
  full: number;
  counted: number;
}

/** `warning=`, `full=` and `counted=`, a line each; undefined when one is missing: the settings are not here yet. */
export function readCapacity(bytes: Uint8Array | undefined): Capacity | undefined {
  const text = bytes && readText(bytes, MOST);
  const of = (name: string) => Number(text?.match(new RegExp(`^${name}=(\\d{1,16})$`, "m"))?.[1]);
  const percent = z.int().min(1).max(100);
  const read = z
    .object({ warning: percent, full: percent, counted: z.int().nonnegative() })
    .safeParse({ warning: of("warning"), full: of("full"), counted: of("counted") });
  return read.data;
}
