import pRetry from "p-retry";

/** Options of p-retry for a look that is taken every `interval` milliseconds, for `patience` milliseconds at the most. */
export const every = (interval: number, patience: number) => ({
  retries: patience / interval,
  factor: 1,
  minTimeout: interval,
  maxRetryTime: patience,
});

/**
 * What a look still finds when it was repeated for `patience` milliseconds; nothing as soon as it finds nothing.
 *
 * @throws what the last look threw, where none came to its end
 */
export async function remaining<T>(
  look: () => Promise<readonly T[]>,
  interval: number,
  patience: number,
): Promise<readonly T[]> {
  let found: readonly T[] = [];
  const again = async () => {
    found = await look();
    if (found.length > 0) throw new Error("something is left");
  };
  return pRetry(again, every(interval, patience)).then(
    () => [],
    (error) => {
      if (found.length === 0) throw error;
      return found;
    },
  );
}
