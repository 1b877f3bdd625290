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
  for (const [index, domain] of domains.entries()) {
    for (const earlier of domains.slice(0, index)) {
      if (domain.subnet && earlier.subnet && overlap(domain.subnet, earlier.subnet)) {
        found.push({
          where: `${domain.path}.subnet`,
          given: `${domain.subnet}, which overlaps ${earlier.subnet} of ${earlier.name ?? earlier.path}`,
          expected: "subnets that share no address",
          mend: "give one of the two domains another subnet",
        });
      }
    }
  }
  return found;
};

function overlap(a: string, b: string): boolean {
  const [one, other] = [ipaddr.IPv4.parseCIDR(a), ipaddr.IPv4.parseCIDR(b)];
  return one[0].match(other[0], Math.min(one[1], other[1]));
}
