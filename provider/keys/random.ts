import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { RandomInputs } from "../../components/keys/random.ts";
import type { Kind } from "../kind.ts";

/** Makes a secret once. */
export const random: Kind<RandomInputs, RandomInputs & { value: string }> = {
  inputs: z.strictObject({ bytes: z.int().min(16), encoding: z.enum(["hex", "base64"]) }),
  replaces: ["bytes", "encoding"],
  computed: ["value"],
  async create(inputs) {
    return { id: randomUUID(), outputs: { ...inputs, value: randomBytes(inputs.bytes).toString(inputs.encoding) } };
  },
};
