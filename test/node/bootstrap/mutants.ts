/** A planted mistake: a place in a file of the rules, and what stands there instead. */
export interface Mutant {
  what: string;
  file: "decide" | "order" | "recovery" | "survey";
  from: string;
  to: string;
}

export const mutants: readonly Mutant[] = [
  {
    what: "silence is taken for death",
    file: "survey",
    from: "missing.length > 0 &&",
    to: "missing.length > 99 &&",
  },
  {
    what: "a host on which nothing was started is taken for an empty one",
    file: "survey",
    from: "absent.length > 0 &&",
    to: "absent.length > 99 &&",
  },
  {
    what: "one that is starting is not waited for",
    file: "survey",
    from: "starting.length > 0 &&",
    to: "starting.length > 99 &&",
  },
  {
    what: "data that can't be read is passed over",
    file: "survey",
    from: "unreadable.length > 0 &&",
    to: "unreadable.length > 99 &&",
  },
  {
    what: "the lowest position starts",
    file: "survey",
    from: "Math.max(...candidates",
    to: "Math.min(...candidates",
  },
  {
    what: "nodes are not put into one order, and each is the first in its own",
    file: "survey",
    from: "one.host < other.host ? -1 : 1",
    to: "0",
  },
  {
    what: "data of two clusters is compared by number",
    file: "survey",
    from: "clusters.length > 1 &&",
    to: "clusters.length > 99 &&",
  },
  {
    what: "another cluster's data is overwritten",
    file: "decide",
    from: "theirs !== undefined && theirs !== own",
    to: "theirs === undefined",
  },
  {
    what: "a living component is not joined but left alone",
    file: "decide",
    from: 'if (alive.length > 0) return { do: "join"',
    to: 'if (alive.length > 99) return { do: "join"',
  },
  {
    what: "a component is promoted beside one that can't be seen",
    file: "decide",
    from: "if (starting.length + unsure.length > 0)",
    to: "if (starting.length > 0)",
  },
  {
    what: "a component is promoted although one that waits has more",
    file: "decide",
    from: "ahead.position.seqno > reached",
    to: "ahead.position.seqno > reached + 99",
  },
  {
    what: "a last view finds its quorum beside one that waits and has more",
    file: "decide",
    from: "self.view.members.length < known",
    to: "self.view.members.length < 0",
  },
  {
    what: "nobody makes a quorum anew",
    file: "decide",
    from: 'leader === self ? "promote" : "wait"',
    to: '"wait"',
  },
  {
    what: "a person's order holds for any position",
    file: "order",
    from: "!samePosition(self.position, given.position)",
    to: "false",
  },
  {
    what: "a person's order is obeyed whatever the others say",
    file: "order",
    from: 'decision.do === "bootstrap" ? {',
    to: 'decision.do !== "refuse" ? {',
  },
  {
    what: "a person may start a cluster beside a living one",
    file: "recovery",
    from: "if (alive.length > 0) return { refusals: [isAlive",
    to: "if (alive.length > 99) return { refusals: [isAlive",
  },
  {
    what: "one that is left out may be ahead",
    file: "recovery",
    from: "position.seqno > seqno)",
    to: "position.seqno > seqno + 99)",
  },
  {
    what: "who goes on without somebody keeps the uuid",
    file: "recovery",
    from: "      fork,\n",
    to: "      fork: false,\n",
  },
  {
    what: "fewer than half of a view had the quorum",
    file: "recovery",
    from: "if (here * 2 < members)",
    to: "if (here * 9 < members)",
  },
  {
    what: "what is found after the stop of all is not looked at",
    file: "recovery",
    from: "return { host: best.host, position: best.position };\n}",
    to: "return bootstrap;\n}",
  },
];
