import { z } from "zod";
import { serverAddressSchema } from "../../core/address.ts";
import { unique } from "../../core/schema.ts";

/** Servers that are asked for all other names. */
export const forwardersSchema = unique(z.array(serverAddressSchema));
