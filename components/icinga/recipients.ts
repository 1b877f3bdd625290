import { z } from "zod";
import { portSchema, serverSchema } from "../../core/address.ts";
import { type Duration, positiveDuration, seconds } from "../../core/duration.ts";
import { lineSchema } from "../../core/names.ts";
import { unique } from "../../core/schema.ts";
import { described, group, setting } from "../../core/setting.ts";
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

/** RFC 3986's characters but for `'`: what is none of them is meant to be encoded, or was pasted with its quotes. */
export const webAddress = described(
  "URL",
  z
    .url({ protocol: /^https?$/, error: 'expected an address such as "https://pager.example/hook"', abort: true })
    .regex(
      /^[A-Za-z0-9._~:/?#[\]@!$&()*+,;=%-]{1,2000}$/,
      "expected an address without quotes and spaces, which are written as %22, %27 and %20",
    ),
);

/** It may be on the master itself. */
const mailServer = described(
  "mail server",
  z.union([z.literal(["localhost", "127.0.0.1"]), serverSchema], "expected the name or the address of a server"),
);

const mailAddress = described("mail address", z.email('expected a mail address, such as "ops@example.org"'));

const mail = z
  .strictObject({
    server: setting("reload", "Name or address of the mail server.", mailServer),
    port: setting("reload", "Port of the mail server.", portSchema.optional(), {
      without: "25, or 465 with `security: tls`",
    }),
    from: setting("reload", "Sender.", mailAddress),
    to: setting("reload", "Receivers.", unique(z.array(mailAddress).min(1, "expected one address or more"))),
    security: setting(
      "reload",
      "`starttls` and `tls` refuse a server whose certificate is not trusted.",
      z.enum(["none", "starttls", "tls"]).default("none"),
    ),
    user: setting("reload", "Login at the mail server, with `password`.", lineSchema.optional(), { without: "none" }),
    password: setting("reload", "Of the user; only with `starttls` or `tls`.", lineSchema.optional(), {
      without: "none",
    }),
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
    name: setting(
      "reload",
      "Name of the user in Icinga, unlike those of the others.",
      described(
        "recipient",
        z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'expected a name of lower-case letters, digits and "_"'),
      ),
    ),
    url: setting("reload", "Takes each notification as an HTTP POST of JSON.", webAddress.optional(), {
      without: "another of the three ways",
    }),
    mail: group("Takes each notification as a mail.", mail.optional()),
    command: setting(
      "reload",
      "A program in the masters' image with its arguments: JSON on its standard input, and 0 at its end when it has told.",
      z.array(lineSchema).min(1, "expected a program, then its arguments").optional(),
      { without: "another of the three ways" },
    ),
    timeout: setting("reload", "How long one delivery may take.", positiveDuration.default("30s")),
    giveUpAfter: setting("reload", "How long it is tried to tell of what still holds.", positiveDuration.default("1h")),
    ca: setting(
      "reload",
      "Certificates in PEM of authorities that are trusted beside the public ones: the site's own.",
      described(
        "PEM",
        z
          .string()
          .regex(/^-----BEGIN CERTIFICATE-----\n/, 'expected PEM, which begins with "-----BEGIN CERTIFICATE-----"'),
      ).optional(),
      { without: "only the public ones are trusted" },
    ),
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
