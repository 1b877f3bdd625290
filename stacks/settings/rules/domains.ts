import ipaddr from "ipaddr.js";
import type { Problem } from "../../../core/problem.ts";
import { type Rule, repeated } from "./rule.ts";

export const domainRules: Rule = (draft) => [...duplicateNames(draft), ...zoneNames(draft), ...overlaps(draft)];

const duplicateNames: Rule = ({ domains }) =>
  repeated(domains, ({ name }) => name).map(({ thing, earlier }) => ({
    where: `${thing.path}.name`,
    given: `"${thing.name}", which ${earlier.path} is named already`,
    expected: "a name of its own for each failure domain",
    mend: "rename one of the two, or remove it",
  }));

/** Icinga has a zone of each domain's name, and these of its own. */
const zoneNames: Rule = ({ domains }) =>
  domains
    .filter(({ name }) => name === "master" || name === "global-templates")
    .map(({ path, name }) => ({
      where: `${path}.name`,
      given: `"${name}", which is a zone of Icinga's own`,
      expected: "another name for a failure domain",
      mend: "rename the domain",
    }));

const overlaps: Rule = ({ domains }) => {
  const found: Problem[] = [];
  const all = domains.flatMap((domain) => domain.subnets.map(({ path, subnet }) => ({ domain, path, subnet })));
  for (const [index, { domain, path, subnet }] of all.entries()) {
    for (const earlier of all.slice(0, index)) {
      const own = earlier.domain === domain;
      // The same one twice in a list is told as that.
      if (!overlap(subnet, earlier.subnet) || (own && subnet === earlier.subnet)) continue;
      found.push({
        where: path,
        given: `${subnet}, which overlaps ${earlier.subnet} of ${earlier.domain.name ?? earlier.domain.path}`,
        expected: "subnets that share no address",
        mend: own ? "leave one of the two out" : "give one of the two domains another subnet",
      });
    }
  }
  return found;
};

function overlap(a: string, b: string): boolean {
  const [one, other] = [ipaddr.IPv4.parseCIDR(a), ipaddr.IPv4.parseCIDR(b)];
  return one[0].match(other[0], Math.min(one[1], other[1]));
}
