import { type Duration, seconds } from "../../core/duration.ts";
import { serviceDelay } from "./facts.ts";

/** Who is told, and how: the file of the notifier (images/icinga/notifier). */

interface Patience {
  /** Name of the user in Icinga: lower-case letters, digits and `_`. */
  name: string;
  /** How long one delivery may take, `"30s"` unless given. */
  timeout?: Duration;
  /** How long it is tried to tell of something that still holds, `"1h"` unless given. */
  giveUpAfter?: Duration;
}

interface Trust {
  /** Certificates in PEM of authorities that are trusted beside the public ones: the site's own. */
  ca?: string;
}

export interface Mail {
  /** Name or address of the mail server. */
  server: string;
  /** 25 unless given, 465 with `security: "tls"`. */
  port?: number;
  from: string;
  to: string[];
  /** `starttls` and `tls` refuse a server whose certificate is not trusted; `none` unless given. */
  security?: "none" | "starttls" | "tls";
  user?: string;
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

/** The folder on a master's volume that holds the file; addresses and passwords of recipients are nowhere else. */
export const recipientsFolder = "/var/lib/icinga2/trivet/recipients";

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
