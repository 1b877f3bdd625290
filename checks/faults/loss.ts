import { both, dropOn } from "./filter.ts";
import { type Kind, parameter } from "./kind.ts";

export const loss: Kind = {
  name: "loss",
  title: "packets are lost at random, in both directions (with: percent)",
  levels: ["node", "domain", "all"],
  network: true,
  script(targets) {
    const percent = Number(parameter(targets, "percent", /^\d{1,2}(\.\d+)?$/, "10"));
    return dropOn(targets, () => both(`-m statistic --mode random --probability ${percent / 100}`));
  },
};
