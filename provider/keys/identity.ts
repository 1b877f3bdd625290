import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Kind } from "../kind.ts";

/** Makes an identity once. */
export const stateIdentity: Kind<Record<string, never>> = {
  inputs: z.strictObject({}),
  async create() {
    return { id: randomUUID(), outputs: {} };
  },
};
