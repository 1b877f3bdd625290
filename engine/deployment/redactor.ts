import { isObject, isSecret, type Value } from "../wire/values.ts";

/** Shorter texts stand in too many innocent places. */
const SHORTEST = 6;

/** As one stands in JSON that a provider quotes. */
const asJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Keeps secrets out of what is told: an error of a provider, or a line that the program prints, may quote one. */
export class Redactor {
  readonly #texts = new Set<string>();
  #sorted: string[] | undefined;

  /** Takes note of every secret in the value. */
  learn(value: Value, within = false): void {
    this.#sorted = undefined;
    if (isSecret(value)) this.learn(value.value, true);
    else if (typeof value === "string") {
      if (within && value.length >= SHORTEST) this.#texts.add(value);
    } else if (Array.isArray(value)) for (const item of value) this.learn(item, within);
    else if (isObject(value)) for (const item of Object.values(value)) this.learn(item, within);
  }

  redact(text: string): string {
    // A secret may be a part of another one, and of itself in JSON.
    this.#sorted ??= [...this.#texts].flatMap((secret) => [asJson(secret), secret]).sort((a, b) => b.length - a.length);
    let redacted = text;
    for (const secret of this.#sorted) redacted = redacted.replaceAll(secret, "[secret]");
    return redacted;
  }
}
