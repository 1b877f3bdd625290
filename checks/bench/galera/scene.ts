import type { Inventory } from "../../../core/inventory.ts";
import { hostAt } from "../../observers/site.ts";
import { lookUp } from "../../workloads/routes.ts";

/** A database node by its host name. */
export interface Node {
  name: string;
  address: string;
}

/** Who is who in a run. */
export interface Scene {
  /** The node that clients write to first. */
  written: Node;
  /** The one that is hurt; where all are, any. */
  hurt: Node;
  /** One that is not hurt, to which a client is pinned. */
  survivor: Node;
  /** The name that gives the one node to write to, where there is such. */
  writer?: string;
}

/** The node that clients write to is the one that the writer's name gives; without such a name it is drawn by lot. */
export async function sceneOf(
  inventory: Inventory,
  {
    writer,
    hurts,
    random,
    signal,
  }: { writer?: string; hurts: "written" | "other"; random: () => number; signal: AbortSignal },
): Promise<Scene> {
  const nodes = databaseNodes(inventory);
  const named = writer && hostAt(inventory, (await lookUp(inventory, writer, signal))[0]!);
  const written = nodes.find(({ name }) => name === named) ?? nodes[Math.floor(random() * nodes.length)]!;
  const others = nodes.filter((node) => node !== written);
  if (random() < 0.5) others.reverse();
  const [one, another] = others as [Node, Node];
  return hurts === "written"
    ? { written, hurt: written, survivor: one, writer }
    : { written, hurt: one, survivor: another, writer };
}

export const databaseNodes = ({ hosts }: Pick<Inventory, "hosts">): Node[] =>
  hosts.filter(({ roles }) => roles.includes("database"));
