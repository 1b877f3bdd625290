import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { clockLimits } from "../../components/chrony/facts.ts";
import { counts } from "../../components/galera/settings.ts";
import { clusterName, loginSchema, sourceSchema } from "../../components/names.ts";
import { durationSchema, keptSchema } from "../../core/duration.ts";
import { roles } from "../../core/service.ts";
import { sizeSchema as size } from "../../core/size.ts";
import { imageNames } from "../../images/index.ts";

/**
 * The settings of an environment: the `trivet:` names of `stacks/Pulumi.<environment>.yaml`. Unknown names are refused.
 * What one field alone can't tell is in `rules/`.
 */

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"');
const address = z.string().refine(isIPv4, 'expected an IPv4 address, such as "10.1.0.11"');
const port = z
  .int("expected a port, 1 to 65535")
  .min(1, "expected a port, 1 to 65535")
  .max(65_535, "expected a port, 1 to 65535");

const subnet = z.string().check((context) => {
  const { value, issues } = context;
  const expected = 'expected an IPv4 subnet, such as "10.1.0.0/24"';
  if (!ipaddr.IPv4.isValidCIDR(value)) issues.push({ code: "custom", message: expected, input: value });
  else if (ipaddr.IPv4.networkAddressFromCIDR(value).toString() !== value.split("/")[0]) {
    const network = `${ipaddr.IPv4.networkAddressFromCIDR(value)}/${value.split("/")[1]}`;
    issues.push({ code: "custom", message: `expected the subnet's first address: "${network}"`, input: value });
  }
});

const endpoint = z
  .string()
  .regex(
    /^(unix:\/\/\/\S+|ssh:\/\/[^\s@/:]+@[^\s@/:]+(:\d{1,5})?)$/,
    'expected a Docker endpoint, "ssh://user@host" or "unix:///var/run/docker.sock"',
  );

const publication = z.strictObject({
  /** Address of the machine that runs the lab; only this machine itself reaches 127.0.0.1. */
  address: address.default("127.0.0.1"),
  /** Port of the machine. */
  port,
  /** Port of the host in the lab. */
  target: port,
});

const domain = z.strictObject({
  /** A failure domain: what goes down together. A group of an Ansible inventory may have the same name. */
  name,
  /** IPv4 subnet; no two overlap. */
  subnet,
});

const host = z.strictObject({
  name,
  /** Name of its failure domain. */
  domain: z.string(),
  /** IPv4 address in the domain's subnet. */
  address,
  roles: z
    .array(z.enum(roles))
    .refine((given) => new Set(given).size === given.length, "expected each role once")
    .default([]),
  /** Its Docker daemon. Needed for a real host; a host of the lab has the lab's. */
  endpoint: endpoint.optional(),
  /** Ports to be reached from the machine that runs the lab; none unless given. */
  publish: z.array(publication).default([]),
});

const target = z.strictObject({ name, domain: z.string(), address });

/** Goes into a line of a protocol, or into a command line as one argument. */
const line = z.string().regex(/^[^\p{Cc}]+$/u, "expected text without control characters");
const mailAddress = z.email('expected a mail address, such as "ops@example.org"');

const mail = z
  .strictObject({
    /** Name or address of the mail server. */
    server: line,
    /** 25 unless given, 465 with `security: tls`. */
    port: port.optional(),
    from: mailAddress,
    to: z.array(mailAddress).min(1, "expected one address or more"),
    /** `starttls` and `tls` refuse a server whose certificate is not trusted; `none` unless given. */
    security: z.enum(["none", "starttls", "tls"]).default("none"),
    /** Login at the mail server, with `password`; none unless given. */
    user: line.optional(),
    password: line.optional(),
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

const recipient = z
  .strictObject({
    /** Name of the user in Icinga. */
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected a name of lower-case letters, digits and "_"'),
    /** Takes each notification as an HTTP POST of JSON. */
    url: z.url({ protocol: /^https?$/, error: 'expected an address such as "https://pager.example/hook"' }).optional(),
    /** Takes each notification as a mail. */
    mail: mail.optional(),
    /** A program in the masters' image with its arguments: JSON on its standard input, and 0 at its end when it has told. */
    command: z.array(line).min(1, "expected a program, then its arguments").optional(),
    /** How long one delivery may take. */
    timeout: durationSchema.default("30s"),
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

const diskPercent = z
  .int("expected percent, 1 to 99")
  .min(1, "expected percent, 1 to 99")
  .max(99, "expected percent, 1 to 99");

const file = z.string().min(1, "expected the path of a file");

/** Pulumi hands a top-level `true` over as a text. */
const yesOrNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.union(
    [z.boolean(), z.array(z.string().min(1))],
    'expected true, false, or a list of experiments such as ["database-kill"]',
  ),
);

/**
 * How long each part of an outage may take, from the fault on. The defaults are what was measured on the lab (docs, and
 * shared figures of the parts: a view without the dead node 2.3 s, Consul's check every 2 s with 2 s time-out, an agent
 * that is gone 8 s, Icinga DB's own takeover 60 + 5 s), with a margin for a machine of two cores.
 */
const budgets = z
  .strictObject({
    /** Galera's view without the dead node. */
    evict: durationSchema.default("5s"),
    /** Consul's word that the node is unfit. */
    check: durationSchema.default("10s"),
    /** The name of an unfit node gone from every DNS server that answers. */
    name: durationSchema.default("10s"),
    /** A node that is fit again back in the name. */
    back: durationSchema.default("30s"),
    /** One look-up by a client's own resolver. */
    lookup: durationSchema.default("5s"),
    /** No acknowledged write by a client that goes by the name. */
    write: durationSchema.default("15s"),
    /** Icinga's problem. */
    monitor: durationSchema.default("60s"),
    /** The receiver's notification after Icinga's problem. */
    notify: durationSchema.default("15s"),
    /** The other Icinga writes to the database. */
    takeover: durationSchema.default("90s"),
  })
  .prefault({});

export const settingsSchema = z.strictObject({
  /** `generated` (default): passwords and keys are made in the stack. `configured`: you set each one. */
  secrets: z.enum(["generated", "configured"]).default("generated"),
  domains: z.array(domain).min(1),
  hosts: z.array(host).min(1),
  /** Present: the hosts are made on this machine, by its own Docker daemon. Absent: they are real hosts, each with an `endpoint`. */
  lab: z
    .strictObject({
      /** Plain machines that serve SSH on port 22 and a page on port 80: something to watch. */
      targets: z.array(target).default([]),
      /** What stands for a pager: keeps what it is told at `http://<address>:8080/`. None unless given. */
      receiver: target.optional(),
    })
    .optional(),
  database: z
    .strictObject({
      /** Name of the Galera cluster: nodes of another name are refused. */
      cluster: clusterName.default("icinga-galera"),
      /** How long a node may take to join, until what comes after it is given up: with 200 GB it takes hours. */
      joinTimeout: durationSchema.default("5m"),
      /**
       * How soon a node that is silent counts as gone: for links like a `lan` (default; a lost node costs 1.3 s), or a `wan` of up
       * to 300 ms round trip (some 11 s: give `chaos.budgets` more, too).
       */
      profile: z.enum(["lan", "wan"]).optional(),
      /** Single periods of the profile, by the names of Galera's `evs.*` options; what Galera would refuse is refused here. */
      evs: z
        .strictObject({
          keepalivePeriod: durationSchema.optional(),
          inactiveCheckPeriod: durationSchema.optional(),
          suspectTimeout: durationSchema.optional(),
          inactiveTimeout: durationSchema.optional(),
          installTimeout: durationSchema.optional(),
          joinRetransPeriod: durationSchema.optional(),
        })
        .optional(),
      /** InnoDB's buffer pool on each node; 256M unless given. */
      innodbBufferPoolSize: size.optional(),
      /** How far it may be raised later without a restart; as far as it is unless given. Costs addresses, no memory. */
      innodbBufferPoolSizeMax: size.optional(),
      /** The write-set cache, from which a node that was away catches up without a full transfer; 128M unless given. */
      gcacheSize: size.optional(),
      /** In place of gcacheSize, with toleratedOutage: what clients write in a second, at the busiest time. */
      writeRate: size.optional(),
      /** In place of gcacheSize, with writeRate: how long a node may be away and still catch up without a full transfer. */
      toleratedOutage: durationSchema.optional(),
      /** How a new node gets the data; `mariabackup` (default) leaves the giving node writable, `rsync` is quicker. */
      sstMethod: z.enum(["mariabackup", "rsync"]).optional(),
      /** Clients at a time; 200 unless given. */
      maxConnections: counts.maxConnections.optional(),
      /** Connections to one node that one application's user may have; three quarters of maxConnections unless given. */
      maxUserConnections: counts.maxUserConnections.optional(),
      /** Rows that one transaction may change; any number unless given. */
      maxWsRows: counts.maxWsRows.optional(),
      /** Size of one transaction's write-set; 512M unless given, less than 2G. */
      maxWsSize: size.optional(),
      /** What sessions wait for unless they say otherwise: 1 reads, 2 updates and deletes, 4 inserts, or their sum; 0 unless given. */
      syncWait: counts.syncWait.optional(),
      /** Percent of a node's disk from which it is told that it fills; 80 unless given. */
      diskWarning: diskPercent.optional(),
      /** Percent from which a node takes no writes and leaves the name, until it is 5 less; 95 unless given. */
      diskFull: diskPercent.optional(),
      /**
       * Of a larger file system only its last so much counts. All of it unless given; in a lab, whose volumes share the machine's
       * disk, 40G: it warns when less than 8G are free, and is full below 2G.
       */
      diskCounted: size.optional(),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      /** Consul's `datacenter`. */
      datacenter: name.default("dc1"),
      /** 1 (default: a dead leader is replaced within some 5 s) to 10 (for slow or loaded links). */
      raftMultiplier: z.int("expected 1 to 10").min(1, "expected 1 to 10").max(10, "expected 1 to 10").optional(),
    })
    .prefault({}),
  dns: z
    .strictObject({
      /** Servers that are asked for names outside `.consul`; none: such names have no answer. */
      upstream: z.array(address).default([]),
    })
    .prefault({}),
  time: z
    .strictObject({
      /** NTP servers of the outer world; without any the environment keeps a common time of its own. */
      upstream: z.array(sourceSchema).default([]),
      /** How far a clock may be off the site's time before that is told. */
      warning: durationSchema.default(clockLimits.warning),
      /** How far it may be off before a database node is kept from joining and from clients. */
      critical: durationSchema.default(clockLimits.critical),
    })
    .prefault({}),
  monitoring: z
    .strictObject({
      /** Where states and history go: `icingadb` (default), or its predecessor `ido`. A change keeps what the other one wrote. */
      backend: z.enum(["icingadb", "ido"]).default("icingadb"),
      /** How long history is kept: whole days (`400d`), or `forever`. What is older is deleted for good, hour by hour. */
      retention: z
        .strictObject({
          /** All that Icinga Web shows of the past. A year, and a month to compare this month with the same one of last year. */
          history: keptSchema.default("400d"),
          /** With `icingadb`: the small rows that reports of availability are made from. Two years, for a yearly report beside the former one. */
          sla: keptSchema.default("800d"),
        })
        .prefault({}),
      /** Time between two checks that say nothing else. */
      checkInterval: durationSchema.default("30s"),
      /** Who is told of each problem and recovery, once; nobody unless given. */
      notify: z
        .array(recipient)
        .refine((given) => new Set(given.map(({ name }) => name)).size === given.length, "expected each name once")
        .default([]),
    })
    .prefault({}),
  web: z
    .strictObject({
      /**
       * Where the entry listens: an address of the machine that runs the lab, or of the real entry host. With 127.0.0.1
       * people come by SSH or by a TLS proxy of their own in front.
       */
      address: address.default("127.0.0.1"),
      /** Port for people. */
      port: port.default(8080),
      /** Login of the first administrator. */
      user: loginSchema.default("admin"),
    })
    .prefault({}),
  /**
   * Whether `trivet chaos` may break this environment: `true` (only in a lab), or the names of the experiments that may
   * run. Nothing unless given.
   */
  allowChaos: yesOrNo.default(false),
  chaos: z
    .strictObject({
      /** Failure domains that an experiment may hurt at once; 1 unless given. */
      blastRadius: z.int("expected a whole number").positive("expected a number above 0").default(1),
      budgets,
    })
    .prefault({}),
  /** Images in place of Trivet's own, by name: a newer Consul, one from your own registry. */
  images: z
    .strictObject(
      Object.fromEntries(imageNames.map((image) => [image, z.string().min(1).optional()])) as Record<
        (typeof imageNames)[number],
        z.ZodOptional<z.ZodString>
      >,
    )
    .prefault({}),
  /** Files that name what Icinga watches; paths are relative to the folder of the settings. */
  watch: z
    .strictObject({
      /** Ansible inventories, INI or YAML. */
      ansible: z.array(file).default([]),
      /** Trivet hosts files. */
      hosts: z.array(file).default([]),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type HostSettings = Settings["hosts"][number];
