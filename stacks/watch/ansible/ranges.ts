/** Why a pattern is no range. */
export class BadRange extends Error {}

/** `web[01:03].example` is web01.example, web02.example, web03.example; also `[a:c]`, and a step: `[1:9:2]`. */
export function expandRanges(pattern: string): string[] {
  if (!pattern.includes("[")) return [pattern];
  const found = /^([^[\]]*)\[([^[\]]*)\](.*)$/s.exec(pattern);
  if (!found) throw new BadRange();
  const [, head, range, tail] = found as unknown as [string, string, string, string];
  const rests = expandRanges(tail);
  return values(range).flatMap((value) => rests.map((rest) => head + value + rest));
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** More hosts than one line means: a slip of the pen must not fill the memory. */
const most = 100_000;

function values(range: string): string[] {
  const [first = "", last = "", stepText, ...more] = range.split(":");
  const step = Number(stepText ?? "1");
  if (more.length > 0 || last === "" || stepText === "" || !Number.isInteger(step) || step < 1) throw new BadRange();
  const begin = first === "" ? "0" : first;
  if (/^\d+$/.test(begin) && /^\d+$/.test(last)) {
    // A leading zero asks for figures of equal width.
    const width = begin.length > 1 && begin.startsWith("0") ? begin.length : 0;
    if (width > 0 && last.length !== width) throw new BadRange();
    return series(Number(begin), Number(last), step).map((value) => String(value).padStart(width, "0"));
  }
  const [from, to] = [letters.indexOf(begin), letters.indexOf(last)];
  if (begin.length !== 1 || last.length !== 1 || from < 0 || to < 0) throw new BadRange();
  return series(from, to, step).map((index) => letters[index]!);
}

function series(from: number, to: number, step: number): number[] {
  if (from > to || (to - from) / step >= most) throw new BadRange();
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
