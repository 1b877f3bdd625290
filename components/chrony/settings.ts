import { z } from "zod";
import { serverSchema } from "../../core/address.ts";
import { unique } from "../../core/schema.ts";

/** A time source: a line of chrony.conf, where more words would be options. */
export const sourceSchema = serverSchema;

/** Time sources: one that is given twice would outvote others. */
export const sourcesSchema = unique(z.array(sourceSchema));
