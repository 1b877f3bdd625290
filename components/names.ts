import { z } from "zod";
import { UserError } from "../core/errors.ts";

/** Texts that become part of scripts and configuration files: the settings and the components check them by the same rules. */

/** Name of a Galera cluster: a line of my.cnf and a word of the shell; Galera takes 32 bytes. */
export const clusterName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, 'expected 1 to 32 letters, digits, "-", "_" or "."');

/** A time source: a line of chrony.conf, where more words would be options. */
export const sourceSchema = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, "expected the name or the address of a server");

/** Login of a person: an entry of Icinga Web's lists, where `*` is everybody and a comma parts two. */
export const loginSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, 'expected a login of letters, digits, "-", "_", "." or "@"');

/** @throws {UserError} that names the property, what it is, and what was expected */
export function check(whose: string, property: string, schema: z.ZodType, value: unknown): void {
  const { error } = schema.safeParse(value);
  if (!error) return;
  throw new UserError(`${whose} has ${property} ${JSON.stringify(value)}; ${error.issues[0]!.message}: correct it.`);
}
