import { type Doing, isPosition, type Situation as Known, decide as plan } from "../../../node/bootstrap/index.ts";
import { decide } from "../../../node/supervisor/decide.ts";
import type { Action, Situation } from "../../../node/supervisor/situation.ts";
import { rules } from "./history.ts";
import type { Rules } from "./world.ts";
import type { written } from "./written.ts";

/** A rule that is wrong on purpose: the model must find it, as one of these violations. */
export interface Mutant {
  name: string;
  rules: Rules;
  /** Of clusters of this kind alone it can be seen. */
  arbitrator?: boolean;
  /** Too rare for random histories: this one shows it. */
  shownBy?: keyof typeof written;
  finds: string[];
}

const deciding = (name: string, mutated: (situation: Situation) => Action[], ...finds: string[]): Mutant => ({
  name,
  rules: { ...rules, decide: mutated },
  finds,
});
const planning = (name: string, mutated: Rules["plan"], ...finds: string[]): Mutant => ({
  name,
  rules: { ...rules, plan: mutated },
  finds,
});
const without =
  (...verbs: Action["do"][]) =>
  (situation: Situation) =>
    decide(situation).filter((action) => !verbs.includes(action.do));

/** Its own report is closed at once when it is so. */
const closing = (when: (situation: Situation) => boolean) => (situation: Situation) => {
  const own = situation.store.reports.find(({ node }) => node === situation.self.name);
  if (!own || !when(situation)) return decide(situation);
  return [...without("close")(situation), { do: "close", member: own.member, index: own.index } as const];
};

/** As if the peers that do this were gone for good. */
const withoutThose = (doing: Doing) => (situation: Known) => {
  const gone = situation.peers.filter((peer) => peer.doing === doing);
  const peers = situation.peers.filter((peer) => !gone.includes(peer));
  return plan({ ...situation, peers, without: gone.map(({ host }) => host) });
};

/** Each member of the view that was reported is evicted, whatever remains. */
const evictAll = (situation: Situation): Action[] => {
  const { self, store, view, evicting } = situation;
  const there = (uuid: string) => view.members.some((member) => member.uuid === uuid);
  const wanted = store.reports.filter(
    ({ node, member }) => node !== self.name && there(member) && evicting[node] !== member,
  );
  return [
    ...decide(situation).filter(({ do: does }) => does !== "evict" && (does !== "clear" || wanted.length === 0)),
    ...wanted.map(({ node, member }): Action => ({ do: "evict", node, member, view })),
  ];
};

export const mutants: Mutant[] = [
  deciding(
    "a slow database is reported as a dead one",
    (situation) =>
      decide(
        situation.self.state === "slow" ? { ...situation, self: { ...situation.self, state: "hung" } } : situation,
      ),
    "report of one that answers",
  ),
  deciding(
    "a node is evicted because Consul does not find it fit",
    (situation) => {
      const { self, service, supervised, view } = situation;
      const hearsay = view.primary && view.size >= 3 && service.others < supervised.length - 1 && self.state === "fit";
      const victim = view.members.find(({ node, uuid }) => node !== self.name && uuid !== undefined);
      const more: Action[] = hearsay && victim ? [{ do: "evict", node: victim.node!, member: victim.uuid!, view }] : [];
      return [...decide(situation), ...more];
    },
    "eviction of one that answers",
  ),
  deciding("members are evicted until no majority is left", evictAll, "eviction to no majority"),
  deciding("an eviction is never cleared", without("clear", "forget"), "not live"),
  deciding("a report is never closed", without("close"), "not live"),
  deciding(
    "a report is closed before the others have cleared it",
    closing(() => true),
    "closed too early",
  ),
  {
    ...deciding(
      "who knows no view waits for nobody",
      closing(({ view }) => view.members.length === 0),
      "closed too early",
    ),
    shownBy: "a supervisor that is killed after its report, and starts again, waits for the others",
  },
  {
    ...deciding(
      "one that was evicted and lives is alone in its view, and waits for nobody",
      closing(({ view }) => !view.primary && view.members.length > 0),
      "closed too early",
    ),
    shownBy: "the report of one that was evicted and lives waits for the others",
  },
  {
    ...deciding(
      "a death is told however long ago it was",
      (situation) => decide({ ...situation, past: false }),
      "report of one that answers",
    ),
    shownBy: "a death that Consul did not take at once is told no more when the database may be starting again",
  },
  {
    name: "what it says of its state is taken for its sign of life",
    rules: {
      ...rules,
      supervisor: (config, state, event, now) => {
        const step = rules.supervisor(config, state, event, now);
        const { pulse } = step.state;
        const told = event.is === "state" && event.state;
        return told ? { ...step, state: { ...step.state, pulse: { ...pulse, asked: undefined } } } : step;
      },
    },
    shownBy: "a database that hangs between two of its answers is found to hang",
    finds: ["seized from a member"],
  },
  deciding(
    "an unfit database becomes the writer",
    (situation) =>
      decide(
        situation.session !== undefined && situation.self.state !== "unknown"
          ? {
              ...situation,
              self: { ...situation.self, state: "fit" },
              service: { ...situation.service, maintenance: "none" },
            }
          : situation,
      ),
    "unfit writer",
    "not live",
  ),
  deciding(
    "the lock is taken away from a writer that is a member",
    (situation) => {
      const { session, store, self } = situation;
      const others = store.lock.session !== undefined && store.lock.session !== session && self.state === "fit";
      return [...decide(situation), ...(others ? [{ do: "seize", session: store.lock.session! } as const] : [])];
    },
    "seized from a member",
  ),
  deciding("what was taken out of the name is not put back", without("put-back"), "not live"),
  deciding("nobody takes the writer's name", without("acquire"), "not live"),
  {
    ...deciding(
      "a member is evicted beside an arbitrator",
      (situation) => decide({ ...situation, supervised: [...situation.supervised, { name: "arb", address: "" }] }),
      "eviction beside an arbitrator",
    ),
    arbitrator: true,
  },
  {
    name: "a connection that ends is taken for a death",
    rules: {
      ...rules,
      supervisor: (config, state, event, now) =>
        rules.supervisor(config, state, event.is === "broken" ? { ...event, listening: false } : event, now),
    },
    finds: ["report of one that answers"],
  },
  planning(
    "silence is taken for absence for good",
    withoutThose("missing"),
    "second bootstrap",
    "second primary",
    "lost writes",
    "split brain",
  ),
  planning(
    "a refused connection is taken for absence for good",
    withoutThose("absent"),
    "second bootstrap",
    "second primary",
    "lost writes",
    "split brain",
  ),
  planning(
    "one that starts is taken for absent for good",
    withoutThose("starting"),
    "second bootstrap",
    "second primary",
    "lost writes",
    "split brain",
  ),
  planning(
    "the lowest position starts",
    (situation) => {
      const turned = <T extends Known["self"] | Known["peers"][number]>(node: T): T => {
        const { doing, position } = node;
        if (doing !== "waiting" || !isPosition(position)) return node;
        return { ...node, position: { ...position, seqno: 1e9 - position.seqno } };
      };
      return plan({ ...situation, self: turned(situation.self), peers: situation.peers.map(turned) });
    },
    "lost writes",
  ),
  planning(
    "a component without quorum makes itself primary without asking",
    (situation) => {
      const { self } = situation;
      const promotes = { do: "promote", why: { reason: "no-quorum", host: self.host } } as const;
      return self.doing === "nonprimary" ? promotes : plan(situation);
    },
    "second primary",
    "lost writes",
  ),
  planning(
    "a component without quorum stays as it is",
    (situation) => {
      const { do: does, why } = plan(situation);
      return does === "promote" || does === "restart" ? { do: "wait", why } : plan(situation);
    },
    "not live",
  ),
  {
    name: "a session that ended is taken for ours",
    rules: {
      ...rules,
      supervisor: (config, state, event, now) => {
        const { session } = state;
        const ended = event.is === "session" && event.session === undefined;
        return rules.supervisor(config, state, ended ? { ...event, session } : event, now);
      },
    },
    finds: ["not live"],
  },
  {
    name: "a start that can't come to anything is never given up",
    rules: {
      ...rules,
      keeper: (config, state, event, now) => {
        const step = rules.keeper(config, state, event, now);
        return {
          ...step,
          effects: step.effects.filter((effect) => effect.do !== "end-transfer" || effect.role !== "joiner"),
        };
      },
    },
    finds: ["not live"],
  },
  {
    name: "one that was evicted and lives is left as it is",
    rules: {
      ...rules,
      keeper: (config, state, event, now) => {
        const step = rules.keeper(config, state, event, now);
        const evicted = event.is === "look" && event.look?.status === "disconnected";
        return evicted ? { ...step, effects: step.effects.filter(({ do: does }) => does !== "kill") } : step;
      },
    },
    finds: ["not live"],
  },
];
