import { chrony, ntpPort } from "../../../components/chrony/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** Fields of `chronyc -c tracking` and `chronyc -c sources`. */
const LEAP = 13;
const BEHIND = 4;
const ADDRESS = 2;
const REACH = 5;

export const timeSources: Rule = {
  name: "time-sources",
  title: "every host hears all time hosts, and follows them",
  of: running(chrony.name),
  ask: {
    script: `
ask() { chronyc -c -h /run/chrony/chronyd.sock "$1" | sed "s/^/$1,/"; }
set -o pipefail
ask tracking && ask sources`,
  },
  judge: each(({ said, service }, { hosts, time }) => {
    const lines = said.split("\n").map((line) => line.split(","));
    const tracking = lines.find(([kind]) => kind === "tracking")!.slice(1);
    const sources = lines.filter(([kind]) => kind === "sources").map((fields) => fields.slice(1));
    const heard = sources.filter((fields) => Number(fields[REACH]) > 0).map((fields) => fields[ADDRESS]);
    const missing = hosts.filter(
      ({ roles, address, name }) => roles.includes("time") && name !== service.host && !heard.includes(address),
    );
    return [
      ...unless(
        missing.length === 0,
        `hears ${heard.join(", ") || "no time source"}`,
        `also ${missing.map(({ address, name }) => `${address} (${name})`).join(", ")}`,
        `see that chronyd runs there and UDP ${ntpPort} is open; the host's chrony.conf must list all time hosts`,
      ),
      ...unless(
        tracking[LEAP] !== "Not synchronised",
        "not synchronised",
        "synchronised",
        `see why: trivet shell <environment> ${service.host} --service chrony, then: chronyc sources`,
      ),
      ...unless(
        Math.abs(Number(tracking[BEHIND])) <= time.warning,
        `the clock is ${Math.abs(Number(tracking[BEHIND]))} s off`,
        `${time.warning} s at most`,
        "let chronyd step the clock: chronyc makestep",
      ),
    ];
  }),
};
