import { isObject, isSecret, type Value } from "../wire/values.ts";

/** Shorter texts stand in too many innocent places. */
const SHORTEST = 6;

/** Keeps secrets out of what is told: an error of a provider, or a line that the program prints, may quote one. */
export class Redactor {
  readonly #texts = new Set<string>();

  /** Takes note of every secret in the value. */
  learn(value: Value, within = false): void {
    if (isSecret(value)) this.learn(value.value, true);
    else if (typeof value === "string") {
      if (within && value.length >= SHORTEST) this.#texts.add(value);
    } else if (Array.isArray(value)) for (const item of value) this.learn(item, within);
    else if (isObject(value)) for (const item of Object.values(value)) this.learn(item, within);
  }

  redact(text: string): string {
    let redacted = text;
    for (const secret of this.#texts) redacted = redacted.replaceAll(secret, "[secret]");
    return redacted;
  }
}
