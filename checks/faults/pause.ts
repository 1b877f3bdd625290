import { containers, type Kind, services } from "./kind.ts";

export const pause: Kind = {
  name: "pause",
  title: "frozen: it neither answers nor closes a connection",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script(targets) {
    const them = containers(targets);
    return {
      inject: `docker pause ${them}`,
      injected: `! docker inspect -f '{{.State.Paused}}' ${them} | grep -qx false`,
      heal: `docker unpause ${them}\nprocesses raise ${them}`,
      healed: `processes risen ${them}`,
    };
  },
};
