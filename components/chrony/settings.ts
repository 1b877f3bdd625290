import { z } from "zod";

/** A time source: a line of chrony.conf, where more words would be options. */
export const sourceSchema = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, "expected the name or the address of a server");
