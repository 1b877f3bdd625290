/**
 * Whether a clock is right (docs/decisions/0016): that of the database, or of this process before there is one, against the site's. All times
 * are whole microseconds; ahead is positive.
 */
export type Micros = number;

/** How far a clock may be off before that is told, and before the node is kept from clients and from joining. */
export interface ClockLimits {
  warning: Micros;
  critical: Micros;
}

/** What a database said its time was, and this process's own clock before it was asked and when it had answered. */
export interface TimeAsked {
  said: Micros;
  before: Micros;
  after: Micros;
}

/** How far the asked one is ahead of this process, and how wrong that may be. */
export interface Skew {
  skew: Micros;
  doubt: Micros;
}

export const noSkew: Skew = { skew: 0, doubt: 0 };

export const skewOf = ({ said, before, after }: TimeAsked): Skew => ({
  skew: said - (before + after) / 2,
  doubt: Math.max(0, after - before) / 2,
});

export interface ClockLook extends Skew {
  /** How far this host, or this process, is ahead of the site's time; undefined: nobody can tell. */
  host?: Micros;
}

export interface ClockVerdict {
  wrong: boolean;
  /** Seconds ahead of the site's time, to the millisecond; of this host's where the site's is not known. */
  offset: number;
  said: string;
}

const offBy = ({ skew, host = 0 }: ClockLook): Micros => skew + host;

/** Whether the others have to be asked. Only what is certain counts: the offset less its doubt. */
export const seemsWrong = (look: ClockLook, { critical }: ClockLimits): boolean =>
  Math.abs(offBy(look)) - look.doubt > critical;

/** Whether a database elsewhere has the time that this one has, each asked by this process. */
export const agrees = (other: Skew, { skew, doubt }: Skew, { critical }: ClockLimits): boolean =>
  Math.abs(other.skew - skew) <= critical + other.doubt + doubt;

/**
 * Who can't be asked proves nothing: silence is never a wrong clock. Nor is it wrong as long as another database agrees with this one (`agreed`):
 * a time source that lies to all must not take all of them away.
 */
export function judgeClock(look: ClockLook, limits: ClockLimits, agreed: boolean): ClockVerdict {
  const off = offBy(look);
  const seconds = (Math.trunc(Math.abs(off) / 1000) / 1000).toFixed(3);
  const where = `clock ${seconds} s ${off < 0 ? "behind" : "ahead of"} the site's time`;
  // Without a negative zero.
  const offset = off < 0 ? 0 - Number(seconds) : Number(seconds);
  const verdict = (said: string, wrong = false): ClockVerdict => ({ wrong, offset, said });
  if (seemsWrong(look, limits))
    return agreed ? verdict(`${where}, but another database agrees with it`) : verdict(where, true);
  if (look.host === undefined) return verdict("time source does not answer");
  return verdict(Math.abs(off) - look.doubt > limits.warning ? where : "clock right");
}
