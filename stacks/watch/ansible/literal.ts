/**
 * Python literals, as Ansible reads the values of an INI inventory (`ast.literal_eval`): texts in quotes, numbers,
 * True, False, None, lists, tuples, sets, dictionaries. Anything else is plain text, and undefined here.
 */
export function pythonLiteral(text: string): unknown {
  const reader = new Reader(text.replace(/^[ \t]+/, ""));
  try {
    return reader.all();
  } catch (error) {
    if (error === noLiteral) return undefined;
    throw error;
  }
}

/** One for all: most values are plain text, and a trace of each would take longer than to read it. */
const noLiteral = new Error("no literal");

const number =
  /^[+-]?\s*(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?)(?![\w.])/;
/** What a text begins with: of bytes Ansible makes text, too. */
const texts = /^(?:[uUrRbB]|[bB][rR]|[rR][bB])?['"]/;
const integerWithLeadingZero = /^[+-]?\s*0[\d_]*[1-9][\d_]*$/;
const escapes: Record<string, string> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

class Reader {
  private rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  /** One value, or a tuple without parentheses: `1, 2`. Nothing may follow but a comment. */
  all(): unknown {
    const first = this.value();
    if (!this.taken(",")) {
      this.end();
      return first;
    }
    const items = [first];
    for (this.skip(); this.rest !== ""; this.skip()) {
      items.push(this.value());
      if (!this.taken(",")) this.end();
    }
    return items;
  }

  private value(): unknown {
    this.skip();
    const start = this.rest[0] ?? "";
    if (start === "[") return this.items("[", "]");
    if (start === "(") return this.parenthesised();
    if (start === "{") return this.braces();
    if (texts.test(this.rest)) return this.texts();
    if (this.rest.startsWith("...")) {
      // Python's ellipsis, which Ansible makes a text again.
      this.take("...");
      return "...";
    }
    const word = /^(?:True|False|None)(?!\w)/.exec(this.rest);
    if (word) {
      this.take(word[0]);
      return { True: true, False: false, None: null }[word[0]];
    }
    return this.number();
  }

  private end(): void {
    this.skip();
    if (this.rest !== "") throw noLiteral;
  }

  private skip(): void {
    this.rest = this.rest.replace(/^(?:\s|#.*(?:\n|$))+/, "");
  }

  private take(text: string): void {
    if (!this.rest.startsWith(text)) throw noLiteral;
    this.rest = this.rest.slice(text.length);
  }

  private taken(text: string): boolean {
    this.skip();
    const found = this.rest.startsWith(text);
    if (found) this.take(text);
    return found;
  }

  private items(open: string, close: string): unknown[] {
    this.take(open);
    const items: unknown[] = [];
    while (!this.taken(close)) {
      items.push(this.value());
      if (!this.taken(",")) {
        this.skip();
        this.take(close);
        break;
      }
    }
    return items;
  }

  /** `(1)` is 1, `(1,)` and `()` are tuples. */
  private parenthesised(): unknown {
    const before = this.rest;
    this.take("(");
    if (this.taken(")")) return [];
    const value = this.value();
    if (this.taken(")")) return value;
    this.rest = before;
    return this.items("(", ")");
  }

  private braces(): unknown {
    const before = this.rest;
    this.take("{");
    if (this.taken("}")) return {};
    this.value();
    const dictionary = this.taken(":");
    this.rest = before;
    return dictionary ? this.dictionary() : this.items("{", "}");
  }

  private dictionary(): Record<string, unknown> {
    this.take("{");
    const entries: [string, unknown][] = [];
    while (!this.taken("}")) {
      const key = this.value();
      if (!this.taken(":")) throw noLiteral;
      entries.push([String(key), this.value()]);
      if (!this.taken(",")) {
        this.skip();
        this.take("}");
        break;
      }
    }
    return Object.fromEntries(entries);
  }

  /** Texts side by side are one. */
  private texts(): string {
    let text = "";
    do {
      text += this.text();
      this.skip();
    } while (texts.test(this.rest));
    return text;
  }

  private text(): string {
    const [prefix = ""] = /^[uUrRbB]*/.exec(this.rest)!;
    const raw = /r/i.test(prefix);
    this.take(prefix);
    const quote = /^("""|'''|"|')/.exec(this.rest)![0];
    this.take(quote);
    let text = "";
    while (!this.rest.startsWith(quote)) {
      if (this.rest === "" || (quote.length === 1 && this.rest[0] === "\n")) throw noLiteral;
      text += this.rest[0] === "\\" ? this.escaped(raw) : this.next();
    }
    this.take(quote);
    return text;
  }

  private next(): string {
    const letter = String.fromCodePoint(this.rest.codePointAt(0)!);
    this.take(letter);
    return letter;
  }

  private escaped(raw: boolean): string {
    this.take("\\");
    if (this.rest === "") throw noLiteral;
    const code = raw ? null : /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(this.rest);
    if (code) {
      this.take(code[0]);
      return String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16));
    }
    const octal = raw ? null : /^[0-7]{1,3}/.exec(this.rest);
    if (octal) {
      this.take(octal[0]);
      return String.fromCodePoint(Number.parseInt(octal[0], 8));
    }
    const letter = this.next();
    return raw ? `\\${letter}` : (escapes[letter] ?? `\\${letter}`);
  }

  private number(): number | string {
    const found = number.exec(this.rest)?.[0];
    if (found === undefined || integerWithLeadingZero.test(found)) throw noLiteral;
    this.take(found);
    const plain = found.replace(/[_\s]/g, "");
    const negative = plain.startsWith("-");
    const value = Number(plain.replace(/^[+-]/, ""));
    // A whole number that JavaScript can't hold stays text, digit by digit.
    if (/^[+-]?\d+$/.test(plain) && !Number.isSafeInteger(value)) return plain;
    return negative ? -value : value;
  }
}
