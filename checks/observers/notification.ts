import { receiver } from "../../components/receiver/facts.ts";
import { servicesOf } from "../../core/inventory.ts";
import { type Look, now } from "../history/events.ts";
import { lookInside, perLook } from "./inside.ts";
import type { Observer } from "./site.ts";

type Notification = Extract<Look, { what: "notification" }>;

/** Notifications as the receiver writes them down, from now on. An environment without one has none to see. */
export const observeNotifications: Observer = ({ inventory, signal, record }) =>
  servicesOf(inventory, receiver.name).map((service) => {
    const file = "/var/lib/trivet/notifications.jsonl";
    // Bytes that were read; at first only how many there are is asked.
    let read: number | undefined;
    let failing = false;
    return lookInside(
      {
        service,
        script: perLook(`case $question in
size) stat -c %s ${file} 2> /dev/null || echo 0 ;;
*) [ ! -e ${file} ] || tail -c "+$question" ${file} ;;
esac`),
        every: 1_000,
        question: () => (read === undefined ? "size" : `${read + 1}`),
        parse: (answer) => {
          if (read === undefined) return { bytes: Number.parseInt(answer, 10), notifications: [], broken: [] };
          return parseNotifications(answer);
        },
        record: ({ error }, news) => {
          if (Boolean(error) !== failing) {
            failing = !failing;
            record({ kind: "note", t: now(), text: `receiver: ${error ?? "can be read again"}` });
          }
          read = news ? (read ?? 0) + news.bytes : read;
          for (const line of news?.broken ?? [])
            record({ kind: "note", t: now(), text: `receiver: no notification: ${line}` });
          for (const notification of news?.notifications ?? []) record(notification);
        },
      },
      signal,
    );
  });

/**
 * Whole lines of the receiver's file, and how many bytes they are; a line that is still being written is left for later.
 * `broken`: lines that are no notification, as a full disk leaves them.
 */
export function parseNotifications(answer: string): { bytes: number; notifications: Notification[]; broken: string[] } {
  const whole = answer.slice(0, answer.lastIndexOf("\n") + 1);
  const read = whole
    .split("\n")
    .filter(Boolean)
    .map((line) => notification(line) ?? line);
  return {
    bytes: Buffer.byteLength(whole),
    notifications: read.filter((line) => typeof line !== "string"),
    broken: read.filter((line) => typeof line === "string"),
  };
}

/** `at` is when it was sent off, by a master's clock; `received` when it arrived. */
function notification(line: string): Notification | undefined {
  try {
    const { at, received = at, object, type, state, from } = JSON.parse(line);
    const known = type === "PROBLEM" || type === "RECOVERY" ? type : "OTHER";
    return { kind: "look", what: "notification", t: received, end: received, object, type: known, state, from };
  } catch {
    return undefined;
  }
}
