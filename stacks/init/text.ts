import { stringify } from "yaml";
import type { Plan } from "./plan.ts";

/** The settings file of a new environment, with its comments; the same text for the same plan. */
export function settingsText(plan: Plan): string {
  const { environment, lab, ntp, dns, watch } = plan;
  const watches = watch.ansible.length + watch.hosts.length > 0;
  return [
    "# yaml-language-server: $schema=settings.schema.json",
    lab
      ? `# ${environment}: failure domains on this one machine, and the network where people are.`
      : `# ${environment}: real hosts over SSH, in their failure domains.`,
    `# Written by \`trivet init ${environment}\`, and yours to change: \`trivet preview ${environment}\` checks it and tells what \`up\` would do.`,
    "# What each name means: docs/settings.md.",
    "config:",
    ...list("domains", plan.domains),
    ...comments(
      lab
        ? []
        : [
            "Docker runs on each of them, and Trivet reaches it by SSH. Roles: docs/settings.md; move them as you like.",
          ],
    ),
    ...list("hosts", plan.hosts),
    ...(lab ? labLines(lab) : []),
    ...(lab || plan.port !== 8080 ? mapping("web", { port: plan.port }) : []),
    ...(ntp.length > 0
      ? mapping("time", { upstream: ntp })
      : comments(lab ? [] : ["No NTP server was named (trivet:time): the environment keeps a time of its own."])),
    ...(dns.length > 0
      ? mapping("dns", { upstream: dns, ...(plan.lookup?.length && { lookup: plan.lookup }) })
      : comments(
          lab
            ? []
            : ["No DNS server was named (trivet:dns): only names in .consul resolve for the environment's hosts."],
        )),
    ...notifyLines(plan),
    ...(lab ? chaosLines(plan) : []),
    ...(watches
      ? watchLines(watch)
      : comments(["Nothing is watched yet: name an inventory or a hosts file under trivet:watch."])),
    "",
  ].join("\n");
}

function labLines({ machines }: NonNullable<Plan["lab"]>): string[] {
  return [
    ...comments(["Hosts are made here, each a pod on its domain's network."]),
    ...(machines.length > 0
      ? [
          "  trivet:lab:",
          ...machines.flatMap(({ setting, about, place }) => [`    # ${about}`, `    ${setting}: ${flow(place)}`]),
        ]
      : ["  trivet:lab: {}"]),
  ];
}

function notifyLines({ notify: url }: Plan): string[] {
  const name = "pager";
  if (!url)
    return comments(["Nobody is told of problems: name who is under trivet:monitoring (docs/notifications.md)."]);
  return ["  trivet:monitoring:", "    notify:", `      - ${flow({ name, url })}`];
}

const chaosLines = ({ domains }: Plan): string[] => [
  ...comments(["A lab is there to be broken: `trivet chaos`. Power cuts of everything hurt all domains at once."]),
  "  trivet:allowChaos: true",
  ...mapping("chaos", { blastRadius: domains.length }),
];

function watchLines({ ansible, hosts, domains }: Plan["watch"]): string[] {
  const placed = Object.entries(domains);
  return [
    "  trivet:watch:",
    ...(ansible.length > 0 ? [`    ansible: ${flow(ansible)}`] : []),
    ...(hosts.length > 0 ? [`    hosts: ${flow(hosts)}`] : []),
    ...(placed.length > 0
      ? [
          "    # Failure domains of the inventory's groups; all: of hosts that nothing else places.",
          "    domains:",
          ...placed.map((each) => `      ${pairs(Object.fromEntries([each]))}`),
        ]
      : []),
  ];
}

const comments = (lines: string[]) => lines.map((line) => `  # ${line}`);
const list = (name: string, items: readonly object[]) => [
  `  trivet:${name}:`,
  ...items.map((item) => `    - ${flow(item)}`),
];
const mapping = (name: string, values: object) => [
  `  trivet:${name}:`,
  ...Object.entries(values).map(([key, value]) => `    ${key}: ${flow(value)}`),
];

/** On one line, quoted where YAML wants it. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `{ ${pairs(value)} }`;
  // As an item of a list: what is plain on its own need not be so between brackets.
  return stringify([value], { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

const pairs = (value: object) =>
  Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${flow(key)}: ${flow(each)}`)
    .join(", ");
