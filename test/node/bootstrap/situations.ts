import {
  type Decision,
  decisionWord,
  type Heard,
  type Obeyed,
  type Order,
  obeyedText,
  parsePosition,
  reasonText,
  runningAt,
  type Situation,
} from "../../../node/bootstrap/index.ts";

/** Situations and decisions in a line for each node: a table of them can be read. */

const known = (host: string, words: string[]): Heard => {
  const [doing, uuid = "", seqno = "-1", ...rest] = words;
  const common = { host, detail: "", safeToBootstrap: false };
  switch (doing) {
    case "empty":
    case "incomplete":
    case "unreadable":
      return { ...common, doing: "waiting", position: doing };
    case "primary":
    case "nonprimary":
      return { ...common, doing, ...runningAt({ uuid, seqno: Number(seqno) }) };
    case "running":
      if (uuid === "") return { ...common, doing, position: "unknown" };
      return { ...known(host, ["nonprimary", uuid, seqno]), size: Number(rest[0]) };
    case "starting":
    case "absent":
      return { ...common, doing, position: "unknown" };
    case "silent":
      return { ...common, doing: "missing", position: "unknown" };
    default:
      return { ...common, doing: "waiting", position: parsePosition(`${doing}:${uuid}`)! };
  }
};

const member = (n: number) => `member-${n}`;

export function situationOf(lines: readonly string[]): Situation {
  const rows = lines.flatMap((line) => line.split("\n")).map((line) => line.split(" "));
  const of = (kind: string) => rows.filter(([word]) => word === kind);
  const [, name = "", ...own] = of("self")[0]!;
  const members = Number(of("view")[0]?.[1] ?? 0);
  const view = {
    id: "view",
    number: 1,
    seen: 0,
    own: member(0),
    members: Array.from({ length: members }, (_, index) => member(index)),
  };
  return {
    self: { ...known(name, own), ...(members > 0 && { view }) } as Situation["self"],
    peers: of("peer").map(([, host = "", ...words]) => known(host, words)),
    arbitrators: Number(of("arbitrators")[0]?.[1] ?? 0),
    without: of("without").map(([, host = ""]) => host),
  };
}

/** A decision and its reason. */
export const lineOf = (decision: Decision): string => `${decisionWord(decision)} ${reasonText(decision.why)}`;

/** What becomes of an order. */
export const obeyedLine = (order: Order, done: Obeyed, { self }: Situation): string =>
  `${done.obeyed ? done.order : "void"} ${obeyedText(order, done, self.position)}`;
