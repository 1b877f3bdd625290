import { proxy } from "../components/proxy/facts.ts";
import { allFacts, comesWith, type Role } from "../components/services.ts";
import { type Port, tcp } from "../core/service.ts";

/** A port that a service of ours takes on its host. */
export interface Listener extends Port {
  /** The service as people know it. */
  service: string;
  role: Role;
}

/** What listens on a host with these roles. `entryPort`: where the entry proxy listens. */
export function listeners(roles: readonly Role[], entryPort: number): Listener[] {
  return roles.flatMap((role) =>
    allFacts
      .filter((facts) => facts.role === role && comesWith(facts, roles))
      .flatMap(({ name, title, ports }) =>
        [...ports, ...(name === proxy.name ? [tcp(entryPort)] : [])].map((port) => ({ service: title, ...port, role })),
      ),
  );
}
