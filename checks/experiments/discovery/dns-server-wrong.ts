import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

/** No client can tell a lie from the truth, so no budget holds; but no write may be lost, and all is well afterwards. */
export const dnsServerWrong: Experiment = {
  name: "dns-server-wrong",
  title: "The first DNS server gives a wrong address for the database",
  faults: (scene) => [{ fault: "dns-wrong", hosts: running(scene, "bind").slice(0, 1), service: "bind" }],
  hold: 12,
  judge: "safety",
};
