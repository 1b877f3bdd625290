import type { Place } from "../place.ts";

/** A value, and where it was set. */
export interface Variable {
  value: unknown;
  place: Place;
}
export type Variables = Map<string, Variable>;

interface Group {
  hosts: Set<string>;
  children: Set<string>;
}

/** An Ansible inventory as written: nothing inherited yet. */
export class Inventory {
  readonly hosts = new Map<string, { place: Place; variables: Variables }>();
  readonly groups = new Map<string, Group>();
  private readonly groupVariables = new Map<string, Variables>();
  private readonly fileVariables = new Map<string, Variables>();

  group(name: string): Group {
    const group = this.groups.get(name) ?? { hosts: new Set(), children: new Set() };
    this.groups.set(name, group);
    return group;
  }

  /** Variables of a group; to ask for them does not define the group. */
  variablesOf(group: string): Variables {
    const variables = this.groupVariables.get(group) ?? new Map();
    this.groupVariables.set(group, variables);
    return variables;
  }

  /** Variables of a group or host from a file of their own. */
  filesOf(kind: "group" | "host", name: string): Variables {
    const key = `${kind} ${name}`;
    const variables = this.fileVariables.get(key) ?? new Map();
    this.fileVariables.set(key, variables);
    return variables;
  }

  host(name: string, place: Place): { variables: Variables } {
    const host = this.hosts.get(name) ?? { place, variables: new Map() };
    this.hosts.set(name, host);
    return host;
  }
}

/** A host with what its groups give it. */
export interface AnsibleHost {
  name: string;
  place: Place;
  /** Its groups and theirs, without `all` and `ungrouped`, from the most general to the nearest. */
  groups: string[];
  variables: Variables;
}

/**
 * Every host with its variables by Ansible's precedence: `all`, outer groups, inner groups, then their files in the same
 * order, then the host itself and its file.
 */
export function resolve(inventory: Inventory): AnsibleHost[] {
  const depths = groupDepths(inventory);
  return [...inventory.hosts].map(([name, { place, variables }]) => {
    const groups = ancestors(inventory, name).sort(
      (a, b) => depths.get(a)! - depths.get(b)! || priority(inventory, a) - priority(inventory, b) || (a < b ? -1 : 1),
    );
    const order = [...(groups.length > 0 ? ["all"] : ["all", "ungrouped"]), ...groups];
    const layers = [
      ...order.map((group) => inventory.variablesOf(group)),
      ...order.map((group) => inventory.filesOf("group", group)),
      variables,
      inventory.filesOf("host", name),
    ];
    return { name, place, groups, variables: new Map(layers.flatMap((layer) => [...layer])) };
  });
}

const implicit = ["all", "ungrouped"];

/** The groups that hold a host, and those that hold them. */
function ancestors({ groups }: Inventory, host: string): string[] {
  const found = new Set([...groups].filter(([, group]) => group.hosts.has(host)).map(([name]) => name));
  // What is added while the set is walked is walked as well.
  for (const child of found) {
    for (const [name, group] of groups) if (group.children.has(child)) found.add(name);
  }
  return [...found].filter((name) => !implicit.includes(name));
}

/** The longest way from `all` to each group. Ends with a loop too, which the readers tell as a problem. */
function groupDepths({ groups }: Inventory): Map<string, number> {
  const depths = new Map([...groups.keys()].map((name) => [name, 1]));
  for (let round = 0; round < groups.size; round++) {
    for (const [name, { children }] of groups) {
      if (implicit.includes(name)) continue;
      for (const child of children) depths.set(child, Math.max(depths.get(child) ?? 1, depths.get(name)! + 1));
    }
  }
  return depths;
}

/** Among groups of equal depth the higher one wins. */
function priority(inventory: Inventory, group: string): number {
  return Number(inventory.variablesOf(group).get("ansible_group_priority")?.value ?? 1);
}

/** A group that is, by way of others, a child of itself. */
export function loops({ groups }: Inventory): string[] {
  return [...groups.keys()].filter((start) => {
    const below = new Set(groups.get(start)!.children);
    for (const name of below) for (const child of groups.get(name)?.children ?? []) below.add(child);
    return below.has(start);
  });
}
