import type { CheckFacts } from "../../../node/health/check.ts";
import type { ClockWord, HealthFacts, KeeperWord } from "../../../node/health/judge.ts";

/** Situations and the right words for them: those of the scripts that were there before (`health`, and Consul's check). */

const right: ClockWord = { wrong: false, offset: 0.012, said: "clock right" };
const behind: ClockWord = { wrong: true, offset: -1.5, said: "clock 1.500 s behind the site's time" };
const silent: ClockWord = { wrong: false, offset: 0, said: "time source does not answer" };
const comments = ["Initialized", "Joining", "Donor/Desynced", "Joined", "Synced", "Inconsistent"];

type Database = NonNullable<HealthFacts["database"]>;
export const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";

const database = (more: Partial<Database> = {}): Database => ({
  clusterStatus: "Primary",
  localState: 4,
  localStateComment: comments[more.localState ?? 4]!,
  ready: true,
  clusterSize: 3,
  clusterUuid: uuid,
  readOnly: false,
  time: 1_795_000_000_000_000,
  clock: right,
  ...more,
});
const keeper = (more: Partial<KeeperWord> = {}): KeeperWord => ({
  leaving: false,
  full: false,
  users: "made",
  ...more,
});

interface Row {
  database?: Partial<Database>;
  keeper?: Partial<KeeperWord>;
  used?: number;
}

const health = (
  what: string,
  { database: seen, keeper: word, used = 10.3 }: Row,
  fit: boolean,
  state: string,
  detail: string,
) => ({
  what,
  facts: { database: seen && database(seen), keeper: keeper(word), used, warning: 80 } satisfies HealthFacts,
  fit,
  state,
  detail,
});

const why = "ERROR 1142 (42000) at line 3: no";
const starting = { state: "starting", fit: false, detail: "bootstrap: first" };
const forming = { state: "forming", fit: true, detail: "waits for db2" };

export const healths = [
  health("well", { database: {} }, true, "Synced", "Primary, 3 nodes"),
  health("one is missing", { database: { clusterSize: 2 } }, true, "Synced", "Primary, 2 nodes"),
  health(
    "without quorum",
    { database: { clusterStatus: "non-Primary", localState: 0 } },
    false,
    "Initialized",
    "non-Primary, 3 nodes",
  ),
  health(
    "without quorum, and still called Synced",
    { database: { clusterStatus: "non-Primary" } },
    false,
    "Synced",
    "non-Primary, 3 nodes",
  ),
  health("joining", { database: { localState: 1 } }, false, "Joining", "Primary, 3 nodes"),
  health("gives its data", { database: { localState: 2 } }, false, "Donor/Desynced", "Primary, 3 nodes"),
  health("not ready", { database: { ready: false } }, false, "Synced", "Primary, 3 nodes"),
  health("read-only by a person", { database: { readOnly: true } }, false, "Synced", "Primary, 3 nodes, read only"),
  health("fills", { database: {}, used: 80.1 }, true, "Synced", "Primary, 3 nodes, disk 80.1 % full"),
  health("not yet", { database: {}, used: 79.9 }, true, "Synced", "Primary, 3 nodes"),
  health(
    "is full",
    { database: { readOnly: true }, keeper: { full: true }, used: 95.1 },
    false,
    "full",
    "Primary, 3 nodes, read only, disk 95.1 % full",
  ),
  health(
    "a wrong clock",
    { database: { clock: behind } },
    false,
    "clock",
    "Primary, 3 nodes, clock 1.500 s behind the site's time",
  ),
  health(
    "nobody knows the time",
    { database: { clock: silent } },
    true,
    "Synced",
    "Primary, 3 nodes, time source does not answer",
  ),
  health("is leaving", { database: {}, keeper: { leaving: true } }, false, "leaving", "Primary, 3 nodes"),
  health(
    "is leaving, and its clock is wrong",
    { database: { clock: behind }, keeper: { leaving: true } },
    false,
    "leaving",
    "Primary, 3 nodes, clock 1.500 s behind the site's time",
  ),
  health("has left", { keeper: { leaving: true, told: starting } }, false, "leaving", "the database stops"),
  health(
    "its users are being made",
    { database: {}, keeper: { users: {} } },
    false,
    "databases",
    "Primary, 3 nodes, databases and users are not made",
  ),
  health(
    "its users can't be made",
    { database: {}, keeper: { users: { failed: why } } },
    false,
    "databases",
    `Primary, 3 nodes, databases and users are not made: ${why}`,
  ),
  health(
    "joins, and they come later",
    { database: { localState: 1 }, keeper: { users: {} } },
    false,
    "Joining",
    "Primary, 3 nodes",
  ),
  health(
    "they can't be made, health's own among them",
    { keeper: { users: { failed: why }, told: starting } },
    false,
    "databases",
    `databases and users are not made: ${why}`,
  ),
  health("starts", { keeper: { users: {}, told: starting } }, false, "starting", "bootstrap: first"),
  health("waits for those not yet created", { keeper: { users: {}, told: forming } }, true, "forming", "waits for db2"),
  health("nobody has told anything", { keeper: { users: {} } }, false, "starting", "the database does not answer"),
];

const check = (
  what: string,
  { database: seen, used = 10.3 }: Row,
  othersWrite: boolean,
  state: "passing" | "critical",
  said: string,
) => ({
  what,
  facts: { database: seen && database(seen), keeper: keeper(), used, full: 95 } satisfies CheckFacts,
  othersWrite,
  state,
  said,
});

export const checks = [
  check("well", { database: {} }, true, "passing", "Primary 4 ON writable, clock right"),
  check("well, and alone", { database: {} }, false, "passing", "Primary 4 ON writable, clock right"),
  check(
    "nobody knows the time",
    { database: { clock: silent } },
    true,
    "passing",
    "Primary 4 ON writable, time source does not answer",
  ),
  check(
    "a wrong clock",
    { database: { clock: behind } },
    true,
    "critical",
    "Primary 4 ON writable, clock 1.500 s behind the site's time",
  ),
  check(
    "without quorum",
    { database: { clusterStatus: "non-Primary", localState: 0, ready: false } },
    false,
    "critical",
    "non-Primary 0 OFF writable",
  ),
  check("not ready", { database: { ready: false } }, false, "critical", "Primary 4 OFF writable"),
  check("joining", { database: { localState: 1 } }, false, "critical", "Primary 1 ON writable"),
  check(
    "gives its data, and another one is Synced",
    { database: { localState: 2 } },
    true,
    "critical",
    "Primary 2 ON writable",
  ),
  check(
    "gives its data, and nobody is Synced",
    { database: { localState: 2 } },
    false,
    "passing",
    "Primary 2 ON writable, clock right",
  ),
  check(
    "the same with a wrong clock",
    { database: { localState: 2, clock: behind } },
    false,
    "critical",
    "Primary 2 ON writable, clock 1.500 s behind the site's time",
  ),
  check(
    "a read-only donor",
    { database: { localState: 2, readOnly: true }, used: 96.1 },
    false,
    "critical",
    "Primary 2 ON read-only",
  ),
  check(
    "a donor that takes no clients",
    { database: { localState: 2, ready: false } },
    false,
    "critical",
    "Primary 2 OFF writable",
  ),
  check(
    "is full, and others write",
    { database: { readOnly: true }, used: 96.9 },
    true,
    "critical",
    "Primary 4 ON read-only, disk 96 % full",
  ),
  check(
    "is not yet emptied enough",
    { database: { readOnly: true }, used: 90.1 },
    true,
    "critical",
    "Primary 4 ON read-only, disk 90 % full",
  ),
  check(
    "all are full: reads go on",
    { database: { readOnly: true }, used: 96.9 },
    false,
    "passing",
    "Primary 4 ON read-only, disk 96 % full, and no node takes writes",
  ),
  check(
    "all are full: whatever the time is",
    { database: { readOnly: true, clock: behind }, used: 96.9 },
    false,
    "passing",
    "Primary 4 ON read-only, disk 96 % full, and no node takes writes",
  ),
  check(
    "read-only for another reason",
    { database: { readOnly: true }, used: 89.9 },
    false,
    "critical",
    "Primary 4 ON read-only",
  ),
];
