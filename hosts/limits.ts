import type Docker from "dockerode";

/** Milliseconds in which a daemon has to answer a call that does no long work. */
const SHORT = 120_000;
/** Milliseconds for a call that waits for a process to end, or moves an image. */
const LONG = 20 * 60_000;

const LONG_CALLS = /^\/(build|images\/(create|load|get)|containers\/[^/?]+\/(stop|restart|wait|archive|export))\b/;

/** The part of a call that decides how long it may take. */
interface Call {
  method: string;
  path: string;
  abortSignal?: AbortSignal;
}

export interface Limits {
  /** Milliseconds for each call, whatever it does. For tests. */
  within?: number;
  /** Ends all calls, and what they have under way. */
  until?: AbortSignal;
}

/**
 * The same client, with an end to every wait: a call that the daemon has not begun to answer in time fails. A stream (`logs`,
 * a shell) has an answer when it begins.
 */
export function limited(docker: Docker, endpoint: string, { within, until }: Limits = {}): Docker {
  const dial = docker.modem.dial.bind(docker.modem);
  docker.modem.dial = (call: Call, answered: (error: unknown, answer?: unknown) => void) => {
    const limit = within ?? (LONG_CALLS.test(call.path) ? LONG : SHORT);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), limit);
    const abortSignal = AbortSignal.any(
      [late.signal, call.abortSignal, until].filter((signal) => signal !== undefined),
    );
    const what = `${call.method} ${call.path.replace(/\?.*/, "")}`;
    dial({ ...call, abortSignal }, (error: unknown, answer: unknown) => {
      clearTimeout(timer);
      if (!late.signal.aborted) answered(error, answer);
      else answered(new Error(`Docker at ${endpoint} did not answer within ${limit / 1000} s (${what})`));
    });
  };
  return docker;
}
