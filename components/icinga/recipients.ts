import { z } from "zod";
import { portSchema } from "../../core/address.ts";
import { type Duration, durationSchema, positiveDuration, seconds } from "../../core/duration.ts";
import { lineSchema } from "../../core/names.ts";
import { serviceDelay } from "./facts.ts";

/** Who is told, and how: the file of the notifier (images/icinga/notifier). */

interface Patience {
  /** Name of the user in Icinga: lower-case letters, digits and `_`. */
  name: string;
  /**
   * How long one delivery may take.
   * @default "30s"
   * @example "5s"
   */
  timeout?: Duration;
  /**
   * How long it is tried to tell of something that still holds.
   * @default "1h"
   * @example "10m"
   */
  giveUpAfter?: Duration;
}

interface Trust {
  /**
   * Certificates in PEM of authorities that are trusted beside the public ones: the site's own.
   * @default none: only the public ones are trusted
   * @example readFileSync("site-ca.pem", "utf8")
   */
  ca?: string;
}

export interface Mail {
  /** Name or address of the mail server. */
  server: string;
  /**
   * Port of the mail server.
   * @default 25, or 465 with `security: "tls"`
   * @example 587
   */
  port?: number;
  from: string;
  to: string[];
  /**
   * `starttls` and `tls` refuse a server whose certificate is not trusted.
   * @default "none"
   * @example "starttls"
   */
  security?: "none" | "starttls" | "tls";
  /**
   * Login at the mail server, with `password`.
   * @default none
   * @example "icinga"
   */
  user?: string;
  /**
   * Of the user; only with `starttls` or `tls`.
   * @default none
   * @example config.require("mailPassword")
   */
  password?: string;
}

/** Where notifications go. */
export type Recipient = Patience &
  (
    | (Trust & {
        /** Takes an HTTP POST of JSON: `at` (ms since 1970), `object`, `type`, `state`, `from` (the master), `output`. */
        url: string;
      })
    | (Trust & { mail: Mail })
    | {
        /** A program in the masters' container with its arguments; gets the JSON on its standard input, and has told when it ends with 0. */
        command: string[];
      }
  );

const mailAddress = z.email('expected a mail address, such as "ops@example.org"');

const mail = z
  .strictObject({
    /** Name or address of the mail server. */
    server: lineSchema,
    /** 25 unless given, 465 with `security: tls`. */
    port: portSchema.optional(),
    from: mailAddress,
    to: z.array(mailAddress).min(1, "expected one address or more"),
    /** `starttls` and `tls` refuse a server whose certificate is not trusted; `none` unless given. */
    security: z.enum(["none", "starttls", "tls"]).default("none"),
    /** Login at the mail server, with `password`; none unless given. */
    user: lineSchema.optional(),
    password: lineSchema.optional(),
  })
  .check(({ value: { user, password, security }, issues }) => {
    const wrong = (name: string, input: unknown, message: string) =>
      issues.push({ code: "custom", path: [name], input, message });
    if (user !== undefined && password === undefined) wrong("password", undefined, "expected the password of the user");
    if (user === undefined && password !== undefined) wrong("user", undefined, "expected the user of the password");
    if (password !== undefined && security === "none") {
      wrong("security", security, "expected starttls or tls, so that nobody reads the password on its way");
    }
  });

/** A recipient as the settings and IcingaMasters are given it. */
export const recipientSchema = z
  .strictObject({
    /** Name of the user in Icinga. */
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected a name of lower-case letters, digits and "_"'),
    /** Takes each notification as an HTTP POST of JSON. */
    url: z.url({ protocol: /^https?$/, error: 'expected an address such as "https://pager.example/hook"' }).optional(),
    /** Takes each notification as a mail. */
    mail: mail.optional(),
    /** A program in the masters' image with its arguments: JSON on its standard input, and 0 at its end when it has told. */
    command: z.array(lineSchema).min(1, "expected a program, then its arguments").optional(),
    /** How long one delivery may take. */
    timeout: positiveDuration.default("30s"),
    /** How long it is tried to tell of what still holds. */
    giveUpAfter: durationSchema.default("1h"),
    /** Certificates in PEM of authorities that are trusted beside the public ones: the site's own. */
    ca: z
      .string()
      .regex(/^-----BEGIN CERTIFICATE-----\n/, 'expected PEM, which begins with "-----BEGIN CERTIFICATE-----"')
      .optional(),
  })
  .transform((given, context) => {
    const { url, mail, command, ...rest } = given;
    const ways = [url === undefined ? [] : { url }, mail ? { mail } : [], command ? { command } : []].flat();
    const [way] = ways;
    if (way && ways.length === 1) return { ...rest, ...way };
    // Their names only: an address may be a secret.
    const input = way && ways.flatMap(Object.keys).join(", ");
    context.issues.push({ code: "custom", message: "expected one of url, mail and command", input });
    return z.NEVER;
  });

/** The folder on a master's volume that holds the file; addresses and passwords of recipients are nowhere else. */
export const recipientsFolder = "/var/lib/icinga2/trivet/recipients";
export const recipientsFile = `${recipientsFolder}/recipients.json`;

/** What the notifier reads; pure text. */
export function recipientsJson(recipients: readonly Recipient[], checkInterval: Duration): string {
  const all = recipients.map(({ timeout = "30s", giveUpAfter = "1h", ...recipient }) => ({
    ...recipient,
    ...("mail" in recipient && { mail: { security: "none", ...recipient.mail } }),
    timeout: seconds(timeout),
    giveUpAfter: seconds(giveUpAfter),
  }));
  return `${JSON.stringify({ delay: serviceDelay(checkInterval), recipients: all }, null, 2)}\n`;
}
