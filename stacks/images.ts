import type { Role } from "../core/service.ts";
import type { ImageName } from "../images/index.ts";
import type { Settings } from "./settings.ts";

/** The roles of hosts that run an image; all hosts where there is none. As the program places them (a test holds both together). */
const ROLES: Partial<Record<ImageName, readonly Role[]>> = {
  chrony: [],
  galera: ["database"],
  arbitrator: ["arbitrator"],
  supervisor: ["database"],
  consul: ["discovery", "database"],
  bind: ["discovery"],
  icinga: ["master", "satellite", "agent"],
  icingadb: ["master"],
  icingaweb: ["web"],
  proxy: ["entry"],
};

/** The images that a real host of an environment needs. */
export const imagesOf = ({ roles }: Settings["hosts"][number]): ImageName[] =>
  (Object.keys(ROLES) as ImageName[]).filter((image) => {
    const wanted = ROLES[image]!;
    return wanted.length === 0 || wanted.some((role) => roles.includes(role));
  });
