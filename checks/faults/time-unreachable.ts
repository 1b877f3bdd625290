import { ntpPort } from "../../components/chrony/facts.ts";
import { both, dropOn } from "./filter.ts";
import type { Kind } from "./kind.ts";

export const timeUnreachable: Kind = {
  name: "time-unreachable",
  title: "no time source can be reached: NTP is dropped in both directions",
  levels: ["node", "domain", "all"],
  script: (targets) =>
    dropOn(targets, () => ["--sport", "--dport"].flatMap((port) => both(`-p udp ${port} ${ntpPort}`))),
};
