import type { Evidence, View } from "../../../node/bootstrap/index.ts";

export const ours = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
export const theirs = "2606c3b6-e56c-11f1-ab00-e3edf83cf378";
/** A moment, in seconds since 1970. */
export const noon = 1_795_262_400;

const node = (host: string, rest: Partial<Evidence>): Evidence => ({
  host,
  doing: "stopped",
  detail: "",
  position: "empty",
  safeToBootstrap: false,
  ...rest,
});

const at = (seqno: number, uuid = ours) => ({ uuid, seqno });

/** The view with that number, so many seconds after noon, as that member saw it, of these members. */
export const view = (number: number, own: string, ...members: string[]): View => ({
  id: `view-${number}`,
  number,
  seen: noon + number,
  own: `member-${own}`,
  members: members.map((member) => `member-${member}`),
});

export const clean = (host: string, seqno: number, rest: Partial<Evidence> = {}) =>
  node(host, { position: at(seqno), stop: "clean", changed: noon, ...rest });
/** Crashed, and waits: its position was recovered from InnoDB. */
export const crashed = (host: string, seqno: number, seen?: View, rest: Partial<Evidence> = {}) =>
  node(host, { doing: "waiting", position: at(seqno), stop: "crash", changed: noon, view: seen, ...rest });
export const without = (host: string, seqno: number) =>
  node(host, { doing: "nonprimary", detail: "non-Primary", position: at(seqno), size: 1 });
export const primary = (host: string, seqno: number, uuid = ours) =>
  node(host, { doing: "primary", detail: "Primary, Synced, 2 nodes", position: at(seqno, uuid), size: 2 });
export const starting = (host: string) =>
  node(host, { doing: "starting", detail: "starting: rejoin", position: "unknown" });
export const hung = (host: string) =>
  node(host, { doing: "hung", detail: "its container is paused", position: "unknown" });
export const missing = (host: string) =>
  node(host, { doing: "missing", detail: `there is no container trivet-test-${host}-galera`, position: "unknown" });
export const empty = (host: string) => node(host, {});
export const incomplete = (host: string, rest: Partial<Evidence> = {}) =>
  node(host, { position: "incomplete", ...rest });
export const unreadable = (host: string) => node(host, { position: "unreadable", detail: "InnoDB: corruption" });
