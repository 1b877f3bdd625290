import { isIP } from "node:net";
import { z } from "zod";
import { portSchema } from "../../core/address.ts";
import { durationSchema, positiveDuration } from "../../core/duration.ts";
import { percentSchema } from "../../core/percent.ts";

/**
 * What Icinga watches: hosts and their checks, as a user's files are parsed into them. The schemas are exported so that
 * a reader of such files reports every mistake with its path. Unknown keys are refused.
 */

/** Icinga separates host and service by `!`; a control character has no place in a name. */
const objectName = z
  .string()
  .regex(/^[^!\p{Cc}]{1,255}$/u, 'expected a name of 1 to 255 characters without "!" and control characters');

/** Goes into a plug-in's command line as one argument, never through a shell. */
const text = z.string().regex(/^[^\p{Cc}]+$/u, "expected text without control characters");

const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const isAddress = (value: string) => isIP(value) > 0 || (hostName.test(value) && !/^[\d.]+$/.test(value));
const addressSchema = z.string().refine(isAddress, "expected an IPv4 or IPv6 address or a host name");

/** Load averages over 1, 5 and 15 minutes. */
const loads = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

const pingLimits = z.strictObject({
  /** Round trip, average of the packets. */
  rtt: durationSchema.optional(),
  /** Share of packets lost. */
  loss: percentSchema.optional(),
});

const common = {
  /** Name of the service in Icinga, the kind unless given. Two checks of a host can't share one. */
  name: objectName.optional(),
  /** Time between two checks; the component's `checkInterval` unless given. */
  interval: positiveDuration.optional(),
  /**
   * Run by the watched host's own Icinga (agent, satellite or master) rather than from its zone. Always so for `disk`,
   * `load` and `notifications`, which can't be asked from outside.
   */
  onAgent: z.boolean().optional(),
};

/** ICMP echo, 5 packets. Default limits are those of Icinga's `ping`: warning 100 ms / 5%, critical 200 ms / 15%. */
const ping = z.strictObject({
  kind: z.literal("ping"),
  ...common,
  warning: pingLimits.optional(),
  critical: pingLimits.optional(),
});

/** An SSH server greets. */
const ssh = z.strictObject({
  kind: z.literal("ssh"),
  ...common,
  /** 22 unless given. */
  port: portSchema.optional(),
});

/** A page answers with a status below 400. */
const http = z.strictObject({
  kind: z.literal("http"),
  ...common,
  /** 80 unless given, 443 with `ssl`. */
  port: portSchema.optional(),
  /** `/` unless given. */
  uri: text.regex(/^\//, 'expected a path that begins with "/"').optional(),
  /** `Host` header; the address unless given. */
  vhost: text.optional(),
  /** One more header of the request: `"Cookie: health=1"`. */
  header: text.regex(/^[^:\s]+: /, 'expected a header, such as "Cookie: health=1"').optional(),
  /** HTTPS. */
  ssl: z.boolean().optional(),
  /** Text that the page must contain. */
  string: text.optional(),
  /** Response time, 1s unless given. */
  warning: durationSchema.optional(),
  /** Response time, 5s unless given. */
  critical: durationSchema.optional(),
});

/** A DNS server answers for a name. */
const dns = z.strictObject({
  kind: z.literal("dns"),
  ...common,
  /** The name to look up. */
  lookup: z.string().regex(hostName, "expected a domain name"),
  /** The server to ask; the watched host itself unless given. */
  server: addressSchema.optional(),
  /** The answers must be exactly these addresses. */
  expected: z.array(addressSchema).min(1).optional(),
  /** Response time, 500ms unless given. */
  warning: durationSchema.optional(),
  /** Response time, 2s unless given. */
  critical: durationSchema.optional(),
});

/** A MySQL or MariaDB server lets a user in and answers. */
const mysql = z.strictObject({
  kind: z.literal("mysql"),
  ...common,
  /** 3306 unless given. */
  port: portSchema.optional(),
  /** Name of one of the component's `credentials`: passwords stay out of files, objects and logs. `monitor` unless given. */
  credential: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, "expected the name of a credential (letters, digits, _ and -)")
    .optional(),
  database: text.optional(),
});

/** How full the disks of a database node are, as the node itself tells: its data, write-set cache and logs. */
const capacity = z.strictObject({
  kind: z.literal("capacity"),
  ...common,
  /** 3306 unless given. */
  port: portSchema.optional(),
  /** Used share from which it warns: 80% unless given, or what the settings say of our own nodes (`database.diskWarning`). */
  warning: percentSchema.optional(),
  /** Used share from which it is critical, where the node takes no more writes: 95% unless given, or `database.diskFull`. */
  critical: percentSchema.optional(),
});

/** Free space of a file system. */
const disk = z.strictObject({
  kind: z.literal("disk"),
  ...common,
  /** `/` unless given. */
  path: text.regex(/^\//, 'expected a path that begins with "/"').optional(),
  /** Free share below which it warns, 20% unless given. */
  warning: percentSchema.optional(),
  /** Free share below which it is critical, 5% unless given. */
  critical: percentSchema.optional(),
});

/** Load averages over 1, 5 and 15 minutes, divided by the number of processors. */
const load = z.strictObject({
  kind: z.literal("load"),
  ...common,
  /** [3, 2, 1.5] unless given. */
  warning: loads.optional(),
  /** [6, 4, 3] unless given. */
  critical: loads.optional(),
});

/** Offset between the checking host's clock and an NTP server's. */
const ntp = z.strictObject({
  kind: z.literal("ntp"),
  ...common,
  /** The server to ask; the watched host itself unless given. */
  server: addressSchema.optional(),
  /** 100ms unless given, or what the settings say (`time.warning`). */
  warning: durationSchema.optional(),
  /** 1s unless given, or `time.critical`. */
  critical: durationSchema.optional(),
});

/** The Icinga of the watched host answers; its disk and load only it can tell. */
const icinga = z.strictObject({
  kind: z.literal("icinga"),
  ...common,
});

/** A master reaches those whom it has to tell, and nothing waits for long or was given up. */
const notifications = z.strictObject({
  kind: z.literal("notifications"),
  ...common,
});

export const checkSchema = z.discriminatedUnion("kind", [
  ping,
  ssh,
  http,
  dns,
  mysql,
  capacity,
  disk,
  load,
  ntp,
  icinga,
  notifications,
]);

/** One check of a host, told apart by its `kind`. */
export type Check = z.infer<typeof checkSchema>;
export type CheckKind = Check["kind"];

/** The name of a check's service in Icinga. */
export const checkName = (check: Check): string => check.name ?? check.kind;

export const watchedHostSchema = z.strictObject({
  /** Unique. A host that runs an Icinga of ours (agent, satellite, master) has the same name here as there. */
  name: objectName,
  address: addressSchema,
  /** Failure domain: its satellites do the checks; the masters do where a domain has none. */
  domain: z.string().min(1),
  /** Host groups in Icinga. */
  groups: z.array(objectName),
  checks: z.array(checkSchema).superRefine((checks, context) => {
    const seen = new Set<string>();
    for (const [index, name] of checks.map(checkName).entries()) {
      if (seen.has(name)) {
        const message = `expected another name: this host already has a check named "${name}"`;
        context.addIssue({ code: "custom", path: [index, "name"], message, input: name });
      }
      seen.add(name);
    }
  }),
});

/** A host to be watched, and how. */
export type WatchedHost = z.infer<typeof watchedHostSchema>;
