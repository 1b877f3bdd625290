import { type Domain, subnetsOf } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { router } from "../../lab/facts.ts";
import { dropIn, type Rule } from "./filter.ts";
import { type Kind, parameter } from "./kind.ts";

/**
 * At the router: inside the domain all goes on, and whoever stands beside the router (the suite) still reaches it.
 */
export const domainCut: Kind = {
  name: "domain-cut",
  title: "the failure domains of these hosts are cut off from all others, or from those of their peers (with: peers)",
  levels: ["domain", "pair"],
  script(targets) {
    const { inventory, spec } = targets;
    const [ours] = servicesOf(inventory, router.name);
    if (!ours) {
      throw new UserError(
        `"${inventory.environment}" has no router of ours: its domains are joined by the site's own network. Cut off their hosts: fault "cut-off".`,
      );
    }
    const cut = domainsOf(inventory, spec.hosts);
    const peers = spec.with?.peers && parameter(targets, "peers", /^[\w-]+(,[\w-]+)*$/).split(",");
    const rules = peers
      ? cut.flatMap((a) => domainsOf(inventory, peers).flatMap((b) => between(a, b)))
      : cut.flatMap((domain) => around(domain, inventory.domains));
    return dropIn(targets, [{ container: ours.container, rules }]);
  },
};

const between = (one: Domain, other: Domain): Rule[] =>
  subnetsOf(one).flatMap((a) =>
    subnetsOf(other).flatMap((b): Rule[] => [
      { direction: "forward", match: `-s ${a} -d ${b}` },
      { direction: "forward", match: `-s ${b} -d ${a}` },
    ]),
  );

/** Between several subnets of a domain the router goes on: all others are named then. */
function around(domain: Domain, all: readonly Domain[]): Rule[] {
  const [subnet, ...more] = subnetsOf(domain);
  if (more.length > 0) return all.filter((other) => other !== domain).flatMap((other) => between(domain, other));
  return [
    { direction: "forward", match: `-s ${subnet}` },
    { direction: "forward", match: `-d ${subnet}` },
  ];
}

/** The failure domains in which hosts are. */
function domainsOf({ services, domains }: Inventory, hosts: readonly string[]): Domain[] {
  const theirs = new Set(services.filter(({ host }) => hosts.includes(host)).map(({ domain }) => domain));
  return domains.filter(({ name }) => theirs.has(name));
}
