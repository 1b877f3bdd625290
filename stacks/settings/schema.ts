import { z } from "zod";
import { domainsSchema, lookupsSchema } from "../../components/bind/settings.ts";
import { clockLimits } from "../../components/chrony/facts.ts";
import { sourceSchema } from "../../components/chrony/settings.ts";
import { datacenter, raftMultiplier } from "../../components/consul/settings.ts";
import { clusterName, databaseFields, diskPercent } from "../../components/galera/settings.ts";
import { recipientSchema } from "../../components/icinga/recipients.ts";
import { loginSchema } from "../../components/icinga/settings.ts";
import { addressSchema, endpointSchema, portSchema, subnetSchema } from "../../core/address.ts";
import { durationSchema, keptSchema, positiveDuration } from "../../core/duration.ts";
import { nameSchema } from "../../core/names.ts";
import { roles } from "../../core/service.ts";
import { sizeSchema } from "../../core/size.ts";
import { imageNames } from "../../images/index.ts";

/**
 * The settings of an environment: the `trivet:` names of `stacks/Pulumi.<environment>.yaml`. Unknown names are refused.
 * What one field alone can't tell is in `rules/`.
 */

const publication = z.strictObject({
  /** Address of the machine that runs the lab; only this machine itself reaches 127.0.0.1. */
  address: addressSchema.default("127.0.0.1"),
  /** Port of the machine. */
  port: portSchema,
  /** Port of the host in the lab. */
  target: portSchema,
});

const domain = z.strictObject({
  /** A failure domain: what goes down together. A group of an Ansible inventory may have the same name. */
  name: nameSchema,
  /** IPv4 subnet; no two overlap. */
  subnet: subnetSchema,
});

const host = z.strictObject({
  name: nameSchema,
  /** Name of its failure domain. */
  domain: z.string(),
  /** IPv4 address in the domain's subnet. */
  address: addressSchema,
  roles: z
    .array(z.enum(roles))
    .refine((given) => new Set(given).size === given.length, "expected each role once")
    .default([]),
  /** Its Docker daemon. Needed for a real host; a host of the lab has the lab's. */
  endpoint: endpointSchema.optional(),
  /** Ports to be reached from the machine that runs the lab; none unless given. */
  publish: z.array(publication).default([]),
});

const target = z.strictObject({ name: nameSchema, domain: z.string(), address: addressSchema });

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
      joinTimeout: positiveDuration.default("5m"),
      ...databaseFields,
      /** Single periods of the profile, by the names of Galera's `evs.*` options; what Galera would refuse is refused here. */
      evs: z
        .strictObject({
          keepalivePeriod: positiveDuration.optional(),
          inactiveCheckPeriod: positiveDuration.optional(),
          suspectTimeout: positiveDuration.optional(),
          inactiveTimeout: positiveDuration.optional(),
          installTimeout: positiveDuration.optional(),
          joinRetransPeriod: positiveDuration.optional(),
        })
        .optional(),
      /** In place of gcacheSize, with writeRate: how long a node may be away and still catch up without a full transfer. */
      toleratedOutage: positiveDuration.optional(),
      /** Percent of a node's disk from which it is told that it fills; 80 unless given. */
      diskWarning: diskPercent.optional(),
      /** Percent from which a node takes no writes and leaves the name, until it is 5 less; 95 unless given. */
      diskFull: diskPercent.optional(),
      /**
       * Of a larger file system only its last so much counts. All of it unless given; in a lab, whose volumes share the machine's
       * disk, 40G: it warns when less than 8G are free, and is full below 2G.
       */
      diskCounted: sizeSchema.optional(),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      /** Consul's `datacenter`. */
      datacenter: datacenter.default("dc1"),
      /** 1 (default: a dead leader is replaced within some 5 s) to 10 (for slow or loaded links). */
      raftMultiplier: raftMultiplier.optional(),
    })
    .prefault({}),
  dns: z
    .strictObject({
      /** Servers that are asked for names outside `.consul`; none: such names have no answer. */
      upstream: z.array(addressSchema).default([]),
      /** Whether they must prove by DNSSEC what they answer. They must then pass on its records, up to the root's; many in-house ones don't. */
      validate: z.boolean().default(false),
      /** With `validate`: domains of the site's own, which the root does not know and nothing proves, such as `corp.internal`. */
      unsigned: domainsSchema.default([]),
      /** Names of the outer world that each DNS server must find, such as `pager.corp.internal`; `status` tells of one that it does not. */
      lookup: lookupsSchema.default([]),
    })
    .prefault({}),
  time: z
    .strictObject({
      /** NTP servers of the outer world; without any the environment keeps a common time of its own. */
      upstream: z.array(sourceSchema).default([]),
      /** How far a clock may be off the site's time before that is told. */
      warning: positiveDuration.default(clockLimits.warning),
      /** How far it may be off before a database node is kept from joining and from clients. */
      critical: positiveDuration.default(clockLimits.critical),
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
      checkInterval: positiveDuration.default("30s"),
      /** Who is told of each problem and recovery, once; nobody unless given. */
      notify: z
        .array(recipientSchema)
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
      address: addressSchema.default("127.0.0.1"),
      /** Port for people. */
      port: portSchema.default(8080),
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
      /** Ansible inventories: files or folders, read as `ansible-inventory` reads them. */
      ansible: z.array(file).default([]),
      /** Trivet hosts files. */
      hosts: z.array(file).default([]),
      /**
       * The failure domain of an inventory's group, where it is not named like the domain: `{ site_berlin: berlin }`. `all` is for hosts
       * that nothing else places.
       */
      domains: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type HostSettings = Settings["hosts"][number];
