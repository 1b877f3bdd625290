import { z } from "zod";
import { addressSchema, portSchema } from "../../core/address.ts";
import { durationBetween, keptSchema } from "../../core/duration.ts";
import { lineSchema } from "../../core/names.ts";
import { secretInput, unique } from "../../core/schema.ts";
import { described } from "../../core/setting.ts";

/** Login of a person: an entry of Icinga Web's lists, where `*` is everybody and a comma parts two. */
export const loginSchema = described(
  "login",
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, 'expected a login of letters, digits, "-", "_", "." or "@"'),
);

/** Time between two checks: Icinga counts in seconds, and looks at a bad result again after 5 at the most. */
export const checkInterval = durationBetween("1s", "1d");

/** How long history is kept. */
export const retentionSchema = z.strictObject({ history: keptSchema.optional(), sla: keptSchema.optional() });

/** How a database is reached. */
export const databaseAccess = z.strictObject({
  host: lineSchema,
  port: portSchema.optional(),
  name: lineSchema,
  user: lineSchema,
  password: secretInput,
});

/** Users of `mysql` checks by name. */
export const credentials = z.record(
  z.string().regex(/^[A-Za-z0-9_-]+$/, 'expected a name of letters, digits, "_" and "-"'),
  z.strictObject({ user: lineSchema, password: secretInput }),
);

/** Lines of a resolv.conf: with none of them nothing would be asked. */
export const dnsServers = unique(z.array(addressSchema).min(1, "expected one address at least"));
