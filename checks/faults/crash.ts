import { ofContainers } from "./kind.ts";

export const crash = ofContainers("crash", "kill -9 once, and Docker starts it again", (them) => ({
  inject: `processes note ${them}\nprocesses kill ${them}`,
  injected: `processes newer ${them}`,
  heal: `processes raise ${them}`,
  healed: `processes risen ${them}`,
}));
