import { chrony } from "../../components/chrony/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { servicesOf } from "../../core/inventory.ts";
import { parseChrony } from "../../health/clocks/parse.ts";
import { now } from "../history/events.ts";
import { lookInside, perSession } from "./inside.ts";
import type { Observer, Site, Span } from "./site.ts";

/** Each host's clock as its chrony has it against its source, every 2 s. The databases' own: {@link galeraClock}. */
export const observeClocks: Observer = ({ inventory, signal, record }) =>
  servicesOf(inventory, chrony.name).map((service) =>
    lookInside(
      {
        service,
        script: perSession("chronyc -c -h /run/chrony/chronyd.sock"),
        every: 2_000,
        question: () => "sources\ntracking",
        ends: endsTracking,
        parse: parseTracking,
        record: (span, facts) =>
          record({ kind: "look", what: "clock", host: service.host, service: chrony.name, ...span, ...facts }),
      },
      signal,
    ),
  );

/** Fields of `tracking`, which comes last; `sources` has ten, and a failure is a code and a sentence. */
const TRACKING = 14;
export const endsTracking = (line: string): boolean => line.split(",").length === TRACKING || /^5\d\d /.test(line);

/**
 * What `chronyc -c` printed for `sources` and, in the last line, `tracking`: offset in seconds, positive when the host is ahead.
 *
 * @throws when chronyd did not answer
 */
export function parseTracking(answer: string) {
  const lines = answer.trim().split("\n");
  const { offset, stratum, reach, leap } = parseChrony([lines.pop(), ...lines].join("\n"));
  return { offset, stratum, reach, leap };
}

/** Looks from which the quickest gives the offset, and is written. */
const SAMPLES = 4;

/**
 * Takes the times that a database says, each with the look it came by. The quickest of a few looks tells best, as NTP has it:
 * the true offset is within half its duration.
 */
export function galeraClock(host: string, record: Site["record"]): (span: Span, time: number) => void {
  let samples: { span: Span; time: number }[] = [];
  return (span, time) => {
    samples.push({ span, time });
    if (samples.length < SAMPLES) return;
    const best = samples.reduce((a, b) => (b.span.end - b.span.t < a.span.end - a.span.t ? b : a));
    samples = [];
    const offset = clockOffset(best.time, best.span, Date.now() - now());
    record({ kind: "look", what: "clock", host, service: galera.name, ...best.span, offset });
  };
}

/**
 * Seconds by which `time` is ahead of the suite's wall clock in the middle of the look, to a millisecond.
 *
 * @param drift ms by which the wall clock has left the steady clock of events: it is what NTP disciplines
 */
export const clockOffset = (time: number, { t, end }: Span, drift: number): number =>
  Math.round(time - (t + end) / 2 - drift) / 1000;
