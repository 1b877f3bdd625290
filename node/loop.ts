import type { Clock } from "./ports.ts";
import type { Millis, Step } from "./types.ts";

/** A state machine: whole state in, whole state out, and what is to be done. */
export interface Machine<State, Event, Effect> {
  initial: Step<State, Effect>;
  step(state: State, event: Event, now: Millis): Step<State, Effect>;
  /** What comes of an effect is an event. It must not throw: a port answers with what it could not do. */
  perform(effect: Effect, emit: (event: Event) => void): void | Promise<void>;
  /** What the time alone brings about. */
  tick: Event;
  every: Millis;
}

/** All events of one program come through here, one after the other, each with the time at which its turn came. */
export async function run<State, Event, Effect>(
  machine: Machine<State, Event, Effect>,
  clock: Clock,
  signal: AbortSignal,
  sources: (emit: (event: Event) => void) => void = () => {},
): Promise<void> {
  let { state, effects } = machine.initial;
  const events: Event[] = [];
  let turning = false;
  const failure = Promise.withResolvers<never>();

  const perform = (all: readonly Effect[]) => {
    for (const effect of all) {
      // Begun in this order; a slow one holds up nobody.
      void (async () => machine.perform(effect, emit))().catch(failure.reject);
    }
  };
  const emit = (event: Event) => {
    if (signal.aborted) return;
    events.push(event);
    // An effect may answer at once, in the middle of a turn.
    if (turning) return;
    turning = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) {
        ({ state, effects } = machine.step(state, next, clock.now()));
        perform(effects);
      }
    } catch (error) {
      failure.reject(error);
    } finally {
      turning = false;
    }
  };
  const ticks = async () => {
    while (!signal.aborted) {
      emit(machine.tick);
      await clock.sleep(machine.every, signal);
    }
  };
  perform(effects);
  sources(emit);
  // A program that can't go on ends, and Docker starts it again.
  await Promise.race([ticks(), failure.promise]);
}
