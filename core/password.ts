/**
 * Why a text can't be a password, as what is expected instead; undefined when it can. Each place that one goes to is a line of a
 * file: whatever can be printed is quoted there. MariaDB reads such lines up to 4096 bytes.
 */
export function passwordProblem(text: string): string | undefined {
  if (text === "") return "a text that is not empty";
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)) return "a text without line breaks and other control characters";
  if ([...text].length > LONGEST) return `a text of at most ${LONGEST} characters`;
  return undefined;
}

/** Characters; the longest take four bytes. */
const LONGEST = 256;
