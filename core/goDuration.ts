const NANOSECONDS: Record<string, number> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 };
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/y;

/** Nanoseconds of a duration as Go programs write it (`1h30m`, `500ms`, `0`), Docker and Consul among them; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    if (!part) return undefined;
    total += Number(part[1]) * NANOSECONDS[part[2]!]!;
  }
  return text === "" ? undefined : Math.round(total);
}

/** Nanoseconds in Go's notation, just as Go prints them: `1m30s`, `0s`, `500ms`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e9) {
    const [unit, size] = Object.entries(NANOSECONDS).find(
      ([key, size]) => /^(ms|µs|ns)$/.test(key) && nanoseconds >= size,
    )!;
    return `${nanoseconds / size}${unit}`;
  }
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = (nanoseconds % 60e9) / 1e9;
  return `${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${seconds}s`;
}
