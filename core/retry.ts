/** Options of p-retry for a look that is taken every `interval` milliseconds, for `patience` milliseconds at the most. */
export const every = (interval: number, patience: number) => ({
  retries: patience / interval,
  factor: 1,
  minTimeout: interval,
  maxRetryTime: patience,
});
