import { addressOf, type Kind, networkOf, parameter } from "./kind.ts";

/** The rate holds for what leaves the host: an answer is slow, however quickly it was asked for. */
export const slow: Kind = {
  name: "slow",
  title: "a slow link: all that the host sends shares a rate (with: rate)",
  levels: ["node", "domain", "all"],
  network: true,
  script(targets) {
    const rate = parameter(targets, "rate", /^\d+[kmg]?bit$/, "256kbit");
    const links = targets.hosts.map((host) => `${networkOf(targets, host)} ${addressOf(targets.inventory, host)}`);
    return {
      inject: links.map((link) => `link slow ${rate} ${link}`).join("\n"),
      injected: links.map((link) => `link slowed ${link}`).join(" && "),
      heal: links.map((link) => `link end ${link}`).join("\n"),
      healed: links.map((link) => `! link slowed ${link}`).join(" && "),
    };
  },
};
