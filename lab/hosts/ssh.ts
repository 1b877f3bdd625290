import type { Bed, BedHost } from "./plan.ts";

/** How `known_hosts` calls a host that is reached by this endpoint. */
const knownAs = ({ target, port }: Pick<BedHost, "target" | "port">): string =>
  port === 22 ? target : `[${target}]:${port}`;

/** @param keys public key of each host, by its name */
export const knownHosts = (bed: Bed, keys: ReadonlyMap<string, string>): string =>
  bed.hosts.map((host) => `${knownAs(host)} ${keys.get(host.name)!.split(" ").slice(0, 2).join(" ")}\n`).join("");

/**
 * A configuration for `ssh` in which the hosts of the bed are known, under their names, too; all others as before. Keys are checked, and only
 * the bed's own is offered.
 */
export function sshConfig({ environment, hosts, router }: Bed, folder: string): string {
  const entries = hosts.map(
    ({ name, target, address, user, port }) => `
Host ${[...new Set([name, target])].join(" ")}
  HostName ${address}
  HostKeyAlias ${knownAs({ target, port })}
  Port ${port}
  User ${user}
  IdentityFile "${folder}/id_ed25519"
  IdentitiesOnly yes
  UserKnownHostsFile "${folder}/known_hosts"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  ProxyCommand docker --host unix:///var/run/docker.sock exec -i ${router} nc -N %h %p
`,
  );
  return `# The bed that stands for ${environment}, made by: trivet lab hosts up ${environment}
${entries.join("")}
Match all
  Include ~/.ssh/config
`;
}
