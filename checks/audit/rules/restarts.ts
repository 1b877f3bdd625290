import { each, type Rule, unless } from "../rule.ts";

export const restarts: Rule = {
  name: "restarts",
  title: "every container comes back by itself after a crash and after a reboot",
  of: ({ services }) => services,
  ask: "container",
  judge: each(({ said, service }) => {
    const policy: string = JSON.parse(said).HostConfig.RestartPolicy.Name || "no";
    return unless(
      policy === "unless-stopped" || policy === "always",
      `restart policy ${policy}`,
      "unless-stopped",
      `docker update --restart unless-stopped ${service.container}`,
    );
  }),
};
