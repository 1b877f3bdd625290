import { both, dropOn } from "./filter.ts";
import type { Kind } from "./kind.ts";

export const cutOff: Kind = {
  name: "cut-off",
  title: "no packet in or out of the host",
  levels: ["node", "domain", "all"],
  network: true,
  script: (targets) => dropOn(targets, () => both("")),
};

export const cutIn: Kind = {
  name: "cut-in",
  title: "the host hears nothing, but is heard",
  levels: ["node", "domain", "all"],
  network: true,
  script: (targets) => dropOn(targets, () => [{ direction: "in", match: "" }]),
};

export const cutOut: Kind = {
  name: "cut-out",
  title: "the host hears all, but nobody hears it",
  levels: ["node", "domain", "all"],
  network: true,
  script: (targets) => dropOn(targets, () => [{ direction: "out", match: "" }]),
};
