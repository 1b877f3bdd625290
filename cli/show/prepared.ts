import type { Former, HostPlan } from "../../operations/prepare/index.ts";

/** What is to be changed on each host, and what is left to its owner. */
export const plansText = (plans: readonly HostPlan[]): string =>
  plans
    .map(({ host, domain, changes, leftOut, closes }) =>
      [
        `${host} (${domain})${changes.length === 0 ? ": prepared" : ""}`,
        ...changes.map(({ what, why }) => `  + ${what}\n      ${why}`),
        ...(closes.length > 0
          ? [`  ! closed to others from then on, since no flow names them: ${closes.join(", ")}`]
          : []),
        ...leftOut.map((text) => `  - left out: ${text.replaceAll("\n", "\n    ")}`),
      ].join("\n"),
    )
    .join("\n\n");

/** What is taken back on each host. */
export const formersText = (hosts: readonly { host: string; domain: string; formers: readonly Former[] }[]): string =>
  hosts
    .map(({ host, domain, formers }) =>
      [`${host} (${domain})`, ...formers.map((former) => `  ${formerText(former)}`)].join("\n"),
    )
    .join("\n\n");

function formerText(former: Former): string {
  switch (former.kind) {
    case "file":
      return {
        former: `+ ${former.path}: its former content`,
        removed: `+ ${former.path}: removed`,
        changed: `- ${former.path}: left as it is, since somebody has changed it`,
      }[former.how];
    case "unit":
      return `+ ${former.unit}: ${former.enabled ? "enabled" : "disabled"}${former.active ? ", started" : ""}`;
    case "packages":
      return `- ${former.names.join(", ")}: stays installed, others may use it by now`;
  }
}
