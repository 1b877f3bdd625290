import { isByName } from "../../../core/address.ts";
import { subnetHolding } from "../../../core/domain.ts";
import type { Problem } from "../../../core/problem.ts";
import { type Draft, type DraftHost, withRole } from "../draft.ts";
import type { Rule } from "./rule.ts";

/** What is asked, or told, beyond the environment. */
export const upstreamRules: Rule = (draft) => [...ownDns(draft), ...ownTime(draft), ...unknownReceivers(draft)];

/** An environment that asks itself goes round in a circle; what a lab's subnets hold is all its own. */
function ownDns(draft: Draft): Problem[] {
  const servers = withRole(draft, "discovery");
  return (draft.dns?.upstream ?? []).flatMap((address, index) => {
    const whose = address && (ownerOf(servers, address) ?? inLab(draft, address));
    if (!whose) return [];
    const expected = "a DNS server beyond this environment";
    return [
      { where: `dns.upstream[${index}]`, given: `${address}, ${whose}`, expected, mend: "name another one, or none" },
    ];
  });
}

/** Every host runs a chrony that follows the time hosts of the environment. */
function ownTime(draft: Draft): Problem[] {
  return (draft.time?.upstream ?? []).flatMap((source, index) => {
    const whose = source && !isByName(source) && (ownerOf(draft.hosts, source) ?? inLab(draft, source));
    if (!whose) return [];
    const expected = "a time source beyond this environment";
    return [
      { where: `time.upstream[${index}]`, given: `${source}, ${whose}`, expected, mend: "name another one, or none" },
    ];
  });
}

function ownerOf(hosts: DraftHost[], address: string): string | undefined {
  const own = hosts.find((host) => host.address === address);
  return own && `which is ${own.label} itself`;
}

function inLab({ lab, domains }: Draft, address: string): string | undefined {
  if (!lab) return undefined;
  const within = subnetHolding(
    domains.flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet)),
    address,
  );
  return within && `in the lab's own ${within}`;
}

/** The masters ask the environment's own DNS servers, which without any upstream know `.consul` alone. */
function unknownReceivers({ dns, monitoring }: Draft): Problem[] {
  // One that is wrong by itself was meant to be one.
  if (!dns?.upstream || dns.upstream.length > 0) return [];
  return (monitoring?.notify ?? []).flatMap((recipient, index) => {
    const [part, server] =
      recipient && "url" in recipient && recipient.url
        ? ["url", new URL(recipient.url).hostname]
        : recipient && "mail" in recipient && recipient.mail?.server
          ? ["mail.server", recipient.mail.server]
          : [];
    if (!part || !server || !isByName(server) || /^localhost$|\.consul$/i.test(server)) return [];
    return [
      {
        where: `monitoring.notify[${index}].${part}`,
        given: `the name "${server}" without dns.upstream, so that nobody resolves it`,
        expected: "an address, or a name that a DNS server knows",
        mend: "write its address, or add dns.upstream",
      },
    ];
  });
}
