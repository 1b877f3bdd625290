// Readers of the formats that passwords are written to, each by the rules of the program that reads it in a container.

/** `load_defaults` of MariaDB's clients (mysys/my_default.c). */
export function readByClients(file: string, group: string, option: string): string | undefined {
  return readOptions(file, group, option, (line) => {
    let quote = "";
    let escaped = false;
    for (const [index, letter] of [...line].entries()) {
      if (`'"`.includes(letter) && !escaped) quote = quote === "" ? letter : quote === letter ? "" : quote;
      if (quote === "" && letter === "#") return [...line].slice(0, index).join("");
      escaped = quote !== "" && letter === "\\" && !escaped;
    }
    return line;
  });
}

/** Connector/C (libmariadb/ma_default.c), by which Icinga's check plugins read them: it knows no comment at a line's end. */
export const readByConnector = (file: string, group: string, option: string): string | undefined =>
  readOptions(file, group, option, (line) => line);

function readOptions(
  file: string,
  group: string,
  option: string,
  uncommented: (line: string) => string,
): string | undefined {
  let within = "";
  let found: string | undefined;
  for (const whole of file.split("\n")) {
    if (Buffer.byteLength(whole) > 4094) throw new Error("a line of more than the readers' buffer");
    const line = whole.trimStart();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("!")) throw new Error("a directive");
    const header = /^\[(.*)\]/.exec(line)?.[1];
    if (header !== undefined) within = header;
    if (header !== undefined || within !== group) continue;
    const text = uncommented(line);
    const at = text.indexOf("=");
    if (at === -1 || text.slice(0, at).trimEnd() !== option) continue;
    const value = text.slice(at + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    const bare = value.length > 1 && /^['"]/.test(value) && value.endsWith(value[0]!) ? value.slice(1, -1) : value;
    const letters: Record<string, string> = {
      n: "\n",
      t: "\t",
      r: "\r",
      b: "\b",
      s: " ",
      '"': '"',
      "'": "'",
      "\\": "\\",
    };
    found = bare.replace(/\\([\s\S])/g, (both, letter: string) => letters[letter] ?? both);
  }
  return found;
}

/** The first text literal behind some words of a statement, as MariaDB reads it without NO_BACKSLASH_ESCAPES. */
export function readSql(statement: string, behind: string): string {
  let at = statement.indexOf(behind) + behind.length;
  if (statement[at] !== "'") throw new Error("no literal");
  let text = "";
  for (at++; ; at++) {
    const letter = statement[at];
    if (letter === undefined) throw new Error("a literal without an end");
    if (letter === "\\") text += statement[++at];
    else if (letter === "'" && statement[at + 1] === "'") text += statement[++at];
    else if (letter === "'") return text;
    else text += letter;
  }
}

/** A string of Icinga's configuration language behind `name = ` (lib/config/config_lexer.ll). */
export function readDsl(text: string, name: string): string {
  const [, literal] = new RegExp(`^ {2}${name} = "((?:[^"\\\\\\n]|\\\\["\\\\])*)"$`, "mu").exec(text) ?? [];
  if (literal === undefined) throw new Error("no string, or an escape that is not known");
  return literal.replace(/\\(.)/gsu, "$1");
}

/** A value as PHP's raw scanner gives it (Zend/zend_ini_scanner.l), its escapes still in it. */
function scanRaw(line: string): string {
  const value = line.slice(line.indexOf("=") + 1).replace(/^[ \t]+/, "");
  let comment = -1;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === ";" && comment === -1) comment = at;
    if (value[at] === '"' && value[0] === '"') comment = -1;
  }
  const text = (comment === -1 ? value : value.slice(0, comment)).replace(/[ \t]+$/, "");
  return text[0] === '"' && text.endsWith('"') ? text.slice(1, -1) : text;
}

const lineOf = (file: string, section: string, key: string): string => {
  const [, rest = ""] = file.split(`[${section}]\n`);
  return rest.split("\n").find((line) => line.startsWith(`${key} =`))!;
};

/** Icinga Web (library/Icinga/File/Ini/IniParser.php). */
export const readByIcingaWeb = (file: string, section: string, key: string): string =>
  scanRaw(lineOf(file, section, key))
    .replaceAll("\\n", "\n")
    .replaceAll("\\r", "\r")
    .replaceAll('\\"', '"')
    .replaceAll("\\\\", "\\")
    .replace(/^(['"])(.*?)\1\s+$/, "$2");

/** images/icingaweb/make-administrator: `stripslashes`. */
export const readByAdministrator = (file: string, section: string, key: string): string =>
  scanRaw(lineOf(file, section, key)).replace(/\\([\s\S]?)/g, (_, letter: string) => (letter === "0" ? "\0" : letter));
