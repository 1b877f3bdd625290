/**
 * Splits a line into words as Python's `shlex.split(line, comments=True)`, by which Ansible reads a host line: quotes,
 * backslashes, and "#" for the rest of the line. Undefined when a quote is not closed.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let rest = line;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found ?? undefined;
  };
  while (rest !== "") {
    if (take(/^#.*/s)) break;
    if (take(/^[ \t\r\n]+/)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const found = take(/^'([^']*)'/) ?? take(/^"((?:[^"\\]|\\.)*)"/s) ?? take(/^\\(.)/s) ?? take(/^[^ \t\r\n#'"\\]+/);
    if (!found) return undefined;
    const quoted = found[0].startsWith('"');
    // Within double quotes a backslash escapes these two only.
    word = (word ?? "") + (quoted ? found[1]!.replace(/\\(["\\])/g, "$1") : (found[1] ?? found[0]));
  }
  if (word !== undefined) words.push(word);
  return words;
}
