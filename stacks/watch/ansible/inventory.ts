import type { Place } from "../place.ts";

/** A value, and where it was set. */
export interface Variable {
  value: unknown;
  place: Place;
}
export type Variables = Map<string, Variable>;

interface Group {
  variables: Variables;
  hosts: Set<string>;
  parents: Set<string>;
  /** Among groups of equal depth the higher one wins: `ansible_group_priority`, 1 unless given. */
  priority: number;
}

interface Host {
  place: Place;
  variables: Variables;
}

/** Variables that lie beside an inventory, in `group_vars/` and `host_vars/`. */
export interface VariableFiles {
  of(kind: "group" | "host", name: string): Variables;
}

/**
 * An Ansible inventory as written: nothing inherited yet. Several files fill one, in their order. It is filled by the same
 * steps as Ansible's `InventoryData`, so that what depends on their order comes out the same.
 */
export class Inventory {
  readonly hosts = new Map<string, Host>();
  readonly groups = new Map<string, Group>();

  constructor() {
    for (const name of implicit) this.addGroup(name);
    this.addChild("all", "ungrouped");
  }

  addGroup(name: string): void {
    if (!this.groups.has(name))
      this.groups.set(name, { variables: new Map(), hosts: new Set(), parents: new Set(), priority: 1 });
  }

  /** A port counts only where the host is named for the first time, as in Ansible. */
  addHost(name: string, group: string, place: Place, port?: number): void {
    if (!this.hosts.has(name)) {
      const variables: Variables = new Map();
      if (port) variables.set("ansible_port", { value: port, place });
      this.hosts.set(name, { place, variables });
    }
    this.groups.get(group)!.hosts.add(name);
  }

  /**
   * Sets a variable of a host, or of the group of that name if there is one, which Ansible means then. False for a
   * priority that is no whole number.
   */
  setVariable(entity: string, name: string, variable: Variable): boolean {
    const group = this.groups.get(entity);
    if (group && name === "ansible_group_priority") {
      const priority = wholeNumber(variable.value);
      if (priority !== undefined) group.priority = priority;
      return priority !== undefined;
    }
    (group ?? this.hosts.get(entity))?.variables.set(name, variable);
    return true;
  }

  /** Puts a group into another one; false where it would, by way of others, become a child of itself. */
  addChild(parent: string, child: string): boolean {
    if (child === "all" || this.withAncestors([parent]).has(child)) return false;
    this.groups.get(child)!.parents.add(parent);
    return true;
  }

  /** Groups, and those that hold them. */
  withAncestors(groups: Iterable<string>): Set<string> {
    const found = new Set(groups);
    // What is added while the set is walked is walked as well.
    for (const name of found) for (const parent of this.groups.get(name)!.parents) found.add(parent);
    return found;
  }
}

/** As Python's `int()` reads it. */
function wholeNumber(value: unknown): number | undefined {
  if (typeof value === "string")
    return /^\s*[-+]?\d(_?\d)*\s*$/.test(value) ? Number(value.replaceAll("_", "")) : undefined;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : undefined;
}

/** A host with what its groups give it. */
export interface AnsibleHost {
  name: string;
  place: Place;
  /** Its groups and theirs, without `all` and `ungrouped`, from the most general to the nearest. */
  groups: string[];
  variables: Variables;
}

const implicit = ["all", "ungrouped"];

/**
 * Every host with its variables by Ansible's precedence: `all`, outer groups, inner groups; then the files beside the
 * inventories, those of `all` first, and those beside a later inventory after all of an earlier one; then the host
 * itself, and its files.
 */
export function resolve(inventory: Inventory, files: readonly VariableFiles[] = []): AnsibleHost[] {
  const direct = directGroups(inventory);
  const layersOf = groupLayers(inventory, files);
  return [...inventory.hosts].map(([name, { place, variables: own }]) => {
    const { groups, variables: inherited } = layersOf(direct.get(name)!);
    const variables = new Map(inherited);
    for (const layer of [own, ...files.map((each) => each.of("host", name))]) overlay(variables, layer);
    return { name, place, groups: groups.filter((group) => !implicit.includes(group)), variables };
  });
}

function overlay(onto: Variables, layer: Variables): void {
  for (const [name, variable] of layer) onto.set(name, variable);
}

/** The groups that list each host, `ungrouped` for one that no other lists. */
function directGroups(inventory: Inventory): Map<string, string[]> {
  const { hosts, groups } = inventory;
  const found = new Map<string, string[]>([...hosts.keys()].map((name) => [name, []]));
  for (const [group, { hosts: members }] of groups) for (const name of members) found.get(name)!.push(group);
  for (const [name, of] of found) {
    if (of.some((group) => group !== "all")) continue;
    // Ansible looks for a group of that name first, here as well.
    if (groups.has(name)) inventory.addChild("ungrouped", name);
    else of.push("ungrouped");
  }
  return found;
}

/** What the groups of a host give it; hosts of the same groups share it. */
function groupLayers(inventory: Inventory, files: readonly VariableFiles[]) {
  const depths = groupDepths(inventory);
  const rank = (name: string) => [depths.get(name)!, inventory.groups.get(name)!.priority] as const;
  const order = (a: string, b: string) => {
    const [[depthA, priorityA], [depthB, priorityB]] = [rank(a), rank(b)];
    return depthA - depthB || priorityA - priorityB || (a < b ? -1 : 1);
  };
  const known = new Map<string, { groups: string[]; variables: Variables }>();
  return (direct: readonly string[]) => {
    const key = direct.join("\0");
    const found = known.get(key);
    if (found) return found;
    const groups = [...groupsOf(inventory, direct)].filter((name) => name !== "all").sort(order);
    const variables: Variables = new Map();
    for (const name of ["all", ...groups]) overlay(variables, inventory.groups.get(name)!.variables);
    for (const each of files) overlay(variables, each.of("group", "all"));
    for (const each of files) for (const name of groups) overlay(variables, each.of("group", name));
    const layers = { groups, variables };
    known.set(key, layers);
    return layers;
  };
}

/** The groups of a host, and those that hold them: it is no longer `ungrouped` where it has another one. */
function groupsOf(inventory: Inventory, direct: readonly string[]): Set<string> {
  const all = inventory.withAncestors(direct);
  if (!direct.includes("ungrouped") || [...all].every((name) => implicit.includes(name))) return all;
  return inventory.withAncestors(direct.filter((name) => name !== "ungrouped"));
}

/** The longest way from `all` to each group. */
function groupDepths({ groups }: Inventory): Map<string, number> {
  const depths = new Map([["all", 0]]);
  const depth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const found = 1 + Math.max(0, ...[...groups.get(name)!.parents].map(depth));
    depths.set(name, found);
    return found;
  };
  for (const name of groups.keys()) depth(name);
  return depths;
}
