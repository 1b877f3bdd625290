import { type Evidence, type Plan, positionText, type Refusal } from "../../operations/recover/index.ts";
import { table } from "./table.ts";

/** What was found on each database node. */
export function evidenceText(nodes: readonly Evidence[]): string {
  const rows = nodes.map((node) => [
    node.host,
    node.doing,
    positionText(node.position),
    node.stop ? `${node.stop === "clean" ? "cleanly" : "by a crash"}` : "",
    node.changed === undefined ? "" : `${new Date(node.changed * 1000).toISOString().slice(0, 19)}Z`,
    node.view ? `${node.view.number} of ${node.view.id.slice(0, 8)}, ${node.view.members.length} members` : "",
    node.safeToBootstrap ? "1" : "",
    node.detail,
  ]);
  return table(["HOST", "IS", "POSITION", "STOPPED", "WRITTEN", "LAST VIEW", "SAFE", "DETAIL"], rows);
}

export function planText(environment: string, { bootstrap, fork, join, leftOut, why }: Plan): string {
  const without = leftOut.length > 0 ? ` --without ${leftOut.join(",")}` : "";
  const steps = [
    `${bootstrap.host} starts the cluster at ${positionText(bootstrap.position)}${fork ? ", under a new uuid" : ""}`,
    ...join.map((host) => `${host} joins, until it is Synced`),
    ...(leftOut.length > 0
      ? [`left out: ${leftOut.join(", ")} (stopped where it can be reached, its data untouched)`]
      : []),
  ];
  return [
    "Plan:",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    "Why:",
    ...why.map((reason) => `  - ${reason}`),
    "",
    `Nothing was changed. To do it: trivet recover ${environment}${without} --apply`,
  ].join("\n");
}

export function refusalsText(refusals: readonly Refusal[]): string {
  return ["No plan:", ...refusals.map(({ text }) => `  - ${text}`)].join("\n");
}
