import { readSettings } from "../../stacks/settings.ts";

// biome-ignore lint/suspicious/noExplicitAny: settings as a user writes them, right or wrong
export type Values = any;

/** A small right environment of real hosts: what votes on three, the rest on two of them. */
export function small(): Values {
  const host = (name: string, domain: string, address: string, roles: string[]) => ({
    name,
    domain,
    address,
    endpoint: `ssh://trivet@${address}`,
    roles,
  });
  return {
    domains: [
      { name: "fd1", subnet: "10.1.0.0/24" },
      { name: "fd2", subnet: "10.2.0.0/24" },
      { name: "fd3", subnet: "10.3.0.0/24" },
    ],
    hosts: [
      host("a1", "fd1", "10.1.0.11", ["database", "discovery", "time", "master", "web", "entry"]),
      host("a2", "fd2", "10.2.0.11", ["database", "discovery", "time", "master", "web"]),
      host("a3", "fd3", "10.3.0.11", ["database", "discovery", "time", "satellite"]),
    ],
  };
}

/** The same on this machine. */
export function lab(): Values {
  const values = small();
  for (const host of values.hosts) delete host.endpoint;
  return { ...values, lab: {} };
}

/** What `readSettings` says of a small environment after a change; "" when it has nothing to say. */
export function complaint(change: (values: Values) => void, base = small(), secrets: string[] = []): string {
  change(base);
  try {
    readSettings({ file: "/nowhere/Pulumi.small.yaml", values: base, secrets: new Set(secrets) });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
