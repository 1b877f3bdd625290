import { ofContainers } from "./kind.ts";

export const pause = ofContainers("pause", "frozen: it neither answers nor closes a connection", (them) => ({
  inject: `docker pause ${them}`,
  injected: `! docker inspect -f '{{.State.Paused}}' ${them} | grep -qx false`,
  heal: `docker unpause ${them}\nprocesses raise ${them}`,
  healed: `processes risen ${them}`,
}));
