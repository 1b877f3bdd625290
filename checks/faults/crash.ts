import { containers, type Kind, services } from "./kind.ts";

export const crash: Kind = {
  name: "crash",
  title: "kill -9 once, and Docker starts it again",
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script(targets) {
    const them = containers(targets);
    return {
      inject: `processes note ${them}\nprocesses kill ${them}`,
      injected: `processes newer ${them}`,
      heal: `processes raise ${them}`,
      healed: `processes risen ${them}`,
    };
  },
};
