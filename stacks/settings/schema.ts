import ipaddr from "ipaddr.js";
import { z } from "zod";
import { domainsSchema, forwardersSchema, lookupsSchema } from "../../components/bind/settings.ts";
import { clockLimits } from "../../components/chrony/facts.ts";
import { sourcesSchema } from "../../components/chrony/settings.ts";
import { datacenter, raftMultiplier } from "../../components/consul/settings.ts";
import { diskLimits } from "../../components/galera/facts.ts";
import {
  adoptedMember,
  clusterName,
  databaseFields,
  diskCounted,
  diskPercent,
} from "../../components/galera/settings.ts";
import { backends, icingaDb } from "../../components/icinga/facts.ts";
import { recipientSchema } from "../../components/icinga/recipients.ts";
import { checkInterval, loginSchema } from "../../components/icinga/settings.ts";
import { roles } from "../../components/services.ts";
import { addressSchema, endpointSchema, listenAddressSchema, portSchema, subnetSchema } from "../../core/address.ts";
import { durationBetween, keptSchema, positiveDuration } from "../../core/duration.ts";
import { imageSchema, lineSchema, nameSchema } from "../../core/names.ts";
import { count, unique } from "../../core/schema.ts";
import { described, group, setting } from "../../core/setting.ts";
import { serviceImageNames } from "../../images/index.ts";
import { pod } from "../../lab/facts.ts";

/**
 * The settings of an environment: the `trivet:` names of `stacks/Pulumi.<environment>.yaml`. Unknown names are refused.
 * What one field alone can't tell is in `rules/`. `npm run docs:settings` makes `docs/settings.md` and `settings.schema.json` of this.
 */

const publication = z.strictObject({
  address: setting(
    "replacement",
    "Address of the machine that runs the lab; only this machine itself reaches 127.0.0.1.",
    listenAddressSchema.default("127.0.0.1"),
  ),
  port: setting("replacement", "Port of the machine.", portSchema),
  target: setting("replacement", "Port of the host in the lab.", portSchema),
});

/** Where hosts are: of a subnet with two addresses or fewer nothing is left for them. */
const domainSubnet = subnetSchema.refine((subnet) => {
  if (!ipaddr.IPv4.isValidCIDR(subnet)) return true;
  const [network, bits] = ipaddr.IPv4.parseCIDR(subnet);
  return bits >= 8 && bits <= 30 && !["loopback", "unspecified", "broadcast", "multicast"].includes(network.range());
}, 'expected a subnet for hosts, from /8 to /30, such as "10.1.0.0/24"');

const domain = z
  .strictObject({
    name: setting(
      "replacement",
      "A failure domain: what goes down together. A group of an Ansible inventory may have the same name.",
      nameSchema,
    ),
    subnet: setting("replacement", "IPv4 subnet by its first address; no two overlap.", domainSubnet.optional(), {
      without: "`subnets` are given",
    }),
    subnets: setting(
      "replacement",
      "In place of `subnet`: several of them, such as those of two rooms that share their power.",
      unique(z.array(domainSubnet).min(1, "expected one subnet at least")).optional(),
      { without: "`subnet` is given" },
    ),
  })
  .superRefine(({ subnet, subnets }, context) => {
    if ((subnet === undefined) !== (subnets === undefined)) return;
    const message =
      subnet === undefined ? "expected a subnet, or a list of them as subnets" : "expected subnet or subnets, not both";
    context.addIssue({ code: "custom", path: ["subnet"], message, input: subnet });
  });

const host = z.strictObject({
  name: setting("replacement", "Name of the host, unlike all others.", nameSchema),
  domain: setting("replacement", "Name of its failure domain.", nameSchema),
  address: setting("replacement", "IPv4 address in the domain's subnet.", addressSchema),
  roles: setting(
    "replacement",
    "What runs on it: what a role brings is made, and removed with the role. The data of a database node is kept until `trivet forget`.",
    unique(z.array(z.enum(roles))).default([]),
  ),
  endpoint: setting(
    "replacement",
    "Its Docker daemon. Needed for a real host; a host of the lab has the lab's.",
    endpointSchema.optional(),
    { without: "the lab's" },
  ),
  publish: group(
    "Ports to be reached from the machine that runs the lab; none unless given.",
    z.array(publication).default([]),
  ),
});

/** A machine of the lab that is no host of ours. */
const machine = z.strictObject({
  name: setting("replacement", "Name of the machine, unlike those of all hosts.", nameSchema),
  domain: setting("replacement", "Name of its failure domain.", nameSchema),
  address: setting("replacement", "IPv4 address in the domain's subnet.", addressSchema),
});

const files = unique(z.array(described("file", lineSchema)));

const chaosText = 'expected true, false, or a list of experiments such as ["database-kill"], each once';
const experiment = described("experiment", z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, chaosText));

/** Pulumi hands a top-level `true` over as a text. */
const yesOrNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.union([z.boolean(), unique(z.array(experiment))], chaosText),
);

/** How long each part of an outage may take, from the fault on. */
const budget = (description: string, standard: Parameters<typeof durationBetween>[0]) =>
  setting("none", description, positiveDuration.default(standard));

/**
 * The defaults are what was measured on the lab (docs, and shared figures of the parts: a view without the dead node 2.3 s,
 * Consul's check every 2 s with 2 s time-out, an agent that is gone 8 s, Icinga DB's own takeover 60 + 5 s), with a margin for a
 * machine of two cores.
 */
const budgets = group(
  "How long each part of an outage may take, from the fault on.",
  z
    .strictObject({
      evict: budget("Galera's view without the dead node.", "5s"),
      check: budget("Consul's word that the node is unfit.", "10s"),
      name: budget("The name of an unfit node gone from every DNS server that answers.", "10s"),
      back: budget("A node that is fit again back in the name.", "30s"),
      lookup: budget("One look-up by a client's own resolver.", "5s"),
      write: budget("No acknowledged write by a client that goes by the name.", "15s"),
      monitor: budget("Icinga's problem.", "60s"),
      notify: budget("The receiver's notification after Icinga's problem.", "15s"),
      takeover: budget("The other Icinga writes to the database.", "90s"),
    })
    .prefault({}),
);

/** A period of Galera's. */
function period(effect: "reload" | "rolling", description: string) {
  return setting(effect, description, positiveDuration.optional(), { without: "the profile's" });
}

const image = (name: string) =>
  setting(
    name === pod.image.name ? "replacement" : "rolling",
    `Image in place of \`trivet/${name}\`.`,
    imageSchema.optional(),
    {
      without: "Trivet's own",
    },
  );

export const settingsSchema = z.strictObject({
  secrets: setting(
    "rolling",
    "`generated`: passwords and keys are made in the stack. `configured`: you set each one.",
    z.enum(["generated", "configured"]).default("generated"),
  ),
  domains: group("The failure domains.", z.array(domain).min(1, "expected one domain at least")),
  hosts: group("The hosts.", z.array(host).min(1, "expected one host at least")),
  lab: group(
    "Given: the hosts are made on this machine, by its own Docker daemon. Left out: they are real hosts, each with an `endpoint`.",
    z
      .strictObject({
        targets: group(
          "Plain machines that serve SSH on port 22 and a page on port 80: something to watch.",
          z.array(machine).default([]),
        ),
        receiver: group(
          "What stands for a pager: keeps what it is told at `http://<address>:8080/`. None unless given.",
          machine.optional(),
        ),
      })
      .optional(),
  ),
  database: group(
    "MariaDB Galera. What does not fit together is refused, by the same rules as in the component.",
    z
      .strictObject({
        cluster: setting(
          "refused",
          "Name of the Galera cluster: nodes of another name are refused, so it stays what it was when the cluster was made.",
          clusterName.default("icinga-galera"),
        ),
        adopt: group(
          "Members of a Galera cluster that was made by hand: the database nodes join it in place of making one. `trivet adopt <environment> --cluster` writes this list, and takes it out once they have left.",
          unique(
            z
              .array(
                z.strictObject({
                  name: setting("rolling", "Its `wsrep_node_name`.", adoptedMember.name),
                  address: setting("rolling", "Where the other members reach it.", adoptedMember.address),
                  endpoint: setting(
                    "none",
                    "How `trivet adopt` reaches its machine, such as `ssh://root@10.1.0.5`: then it asks the database and stops it there.",
                    endpointSchema.optional(),
                    { without: "it is asked by its port, with the login that is given to `trivet adopt`" },
                  ),
                }),
              )
              .min(1, "expected one member at least"),
            ({ name }) => name,
          ).optional(),
        ),
        joinTimeout: setting(
          "none",
          "How long a node may take to join, until what comes after it is given up: with 200 GB it takes hours.",
          durationBetween("1s", "30d").default("5m"),
        ),
        ...databaseFields,
        evs: group(
          "Single periods of the profile, by the names of Galera's `evs.*` options; what Galera would refuse is refused here.",
          z
            .strictObject({
              keepalivePeriod: period("reload", "A node that has nothing to say says so this often."),
              inactiveCheckPeriod: period("rolling", "How often it is looked who has been silent for too long."),
              suspectTimeout: period(
                "reload",
                "Silent for so long: suspected, and left out as soon as all others suspect it, too.",
              ),
              inactiveTimeout: period("reload", "Silent for so long: left out, whatever others say."),
              installTimeout: period("reload", "A new view that is not agreed on within this time is begun anew."),
              joinRetransPeriod: period(
                "reload",
                "A message about a new view that was held back or lost is sent again after this time.",
              ),
            })
            .optional(),
        ),
        toleratedOutage: setting(
          "rolling",
          "In place of gcacheSize, with writeRate: how long a node may be away and still catch up without a full transfer.",
          positiveDuration.optional(),
          { without: "gcacheSize holds" },
        ),
        diskWarning: setting(
          "rolling",
          "Part of a node's disk from which it is told that it fills.",
          diskPercent.optional(),
          { without: String(diskLimits.warning) },
        ),
        diskFull: setting(
          "rolling",
          "From here a node takes no writes and leaves the name, until it is 5 percent less.",
          diskPercent.optional(),
          { without: String(diskLimits.full) },
        ),
        diskCounted: setting(
          "rolling",
          "Of a larger file system only its last so much counts: a lab, whose volumes share the machine's disk, warns when less than 8G are free, and is full below 2G.",
          diskCounted.optional(),
          { without: "all of it; in a lab `40G`" },
        ),
      })
      .prefault({}),
  ),
  discovery: group(
    "Consul.",
    z
      .strictObject({
        datacenter: setting(
          "refused",
          "Consul's `datacenter`: servers of another one are refused, so it stays what it was when they were made.",
          datacenter.default("dc1"),
        ),
        raftMultiplier: setting(
          "rolling",
          "1 (a dead leader is replaced within some 5 s) to 10 (for slow or loaded links).",
          raftMultiplier.optional(),
          { without: "1" },
        ),
      })
      .prefault({}),
  ),
  dns: group(
    "BIND.",
    z
      .strictObject({
        upstream: setting(
          "rolling",
          "Servers that are asked for names outside `.consul`; none: such names have no answer.",
          forwardersSchema.default([]),
        ),
        validate: setting(
          "rolling",
          "Whether they must prove by DNSSEC what they answer. They must then pass on its records, up to the root's; many in-house ones don't.",
          z.boolean().default(false),
        ),
        unsigned: setting(
          "rolling",
          "With `validate`: domains of the site's own, which the root does not know and nothing proves, such as `corp.internal`.",
          domainsSchema.default([]),
        ),
        lookup: setting(
          "rolling",
          "Names of the outer world that each DNS server must find, such as `pager.corp.internal`; `status` tells of one that it does not.",
          lookupsSchema.default([]),
        ),
      })
      .prefault({}),
  ),
  time: group(
    "The clocks.",
    z
      .strictObject({
        upstream: setting(
          "rolling",
          "NTP servers of the outer world; without any the environment keeps a common time of its own.",
          sourcesSchema.default([]),
        ),
        warning: setting(
          "rolling",
          "How far a clock may be off the site's time before that is told.",
          positiveDuration.default(clockLimits.warning),
        ),
        critical: setting(
          "rolling",
          "How far it may be off before a database node is kept from joining and from clients.",
          positiveDuration.default(clockLimits.critical),
        ),
      })
      .prefault({}),
  ),
  monitoring: group(
    "Icinga.",
    z
      .strictObject({
        backend: setting(
          "rolling",
          "Where states and history go: `icingadb`, or its predecessor `ido`. A change keeps what the other one wrote.",
          z.enum(backends).default(icingaDb.name),
        ),
        retention: group(
          "How long history is kept: whole days (`400d`), or `forever`. What is older is deleted for good, hour by hour.",
          z
            .strictObject({
              history: setting(
                "rolling",
                "All that Icinga Web shows of the past. The default is a year, and a month to compare this month with the same one of last year.",
                keptSchema.default("400d"),
              ),
              sla: setting(
                "rolling",
                "With `icingadb`: the small rows that reports of availability are made from. The default is two years, for a yearly report beside the former one.",
                keptSchema.default("800d"),
              ),
            })
            .prefault({}),
        ),
        checkInterval: setting(
          "reload",
          "Time between two checks that say nothing else.",
          checkInterval.default("30s"),
        ),
        notify: group(
          "Who is told of each problem and recovery, once; nobody unless given.",
          unique(z.array(recipientSchema), ({ name }) => name).default([]),
        ),
      })
      .prefault({}),
  ),
  web: group(
    "The entry for people.",
    z
      .strictObject({
        address: setting(
          "rolling",
          "Where the entry listens: an address of the machine that runs the lab, or of the real entry host. With 127.0.0.1 people come by SSH or by a TLS proxy of their own in front. In a lab a change makes the pod of the entry anew, with all that runs on it.",
          listenAddressSchema.default("127.0.0.1"),
        ),
        port: setting("rolling", "Port for people; a change is as one of the address.", portSchema.default(8080)),
        user: setting("rolling", "Login of the first administrator of Icinga Web.", loginSchema.default("admin")),
      })
      .prefault({}),
  ),
  allowChaos: setting(
    "none",
    "Whether `trivet chaos` may break this environment: `true` (only in a lab), or the names of the experiments that may run (`trivet chaos <environment> --list` tells them).",
    yesOrNo.default(false),
  ),
  chaos: group(
    "The chaos suite.",
    z
      .strictObject({
        blastRadius: setting("none", "Failure domains that an experiment may hurt at once.", count(1, 100).default(1)),
        budgets,
      })
      .prefault({}),
  ),
  images: group(
    "Images in place of Trivet's own, by name: a newer Consul, one from your own registry.",
    z
      .strictObject(
        Object.fromEntries(serviceImageNames.map((name) => [name, image(name)])) as Record<
          (typeof serviceImageNames)[number],
          ReturnType<typeof image>
        >,
      )
      .prefault({}),
  ),
  watch: group(
    "Files that name what Icinga watches; paths are relative to the folder of the settings.",
    z
      .strictObject({
        ansible: setting(
          "reload",
          "Ansible inventories: files or folders, read as `ansible-inventory` reads them.",
          files.default([]),
        ),
        hosts: setting("reload", "Trivet hosts files.", files.default([])),
        domains: setting(
          "reload",
          "The failure domain of an inventory's group, where it is not named like the domain: `{ site_berlin: berlin }`. `all` is for hosts that nothing else places.",
          z.record(z.string(), z.string()).default({}),
        ),
      })
      .prefault({}),
  ),
});

export type Settings = z.output<typeof settingsSchema>;
export type HostSettings = Settings["hosts"][number];
