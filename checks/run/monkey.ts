import { factsOf, type ServiceName } from "../../components/services.ts";
import type { Scene } from "../experiments/index.ts";
import { type Experiment, oneOf } from "../experiments/index.ts";
import type { FaultSpec } from "../faults/fault.ts";
import { randomOf, seedOf } from "./random.ts";

/** What can be done to any service's container, and to any host. */
const ofServices = ["kill", "crash", "pause", "stop", "restart-loop", "cpu"];
const ofHosts: Omit<FaultSpec, "hosts">[] = [
  { fault: "cut-off" },
  { fault: "cut-in" },
  { fault: "cut-out" },
  { fault: "slow", with: { rate: "256kbit" } },
  { fault: "loss", with: { percent: 10 } },
  { fault: "power-cut" },
  { fault: "reboot" },
  { fault: "time-unreachable" },
];

/** Not what only holds a network, nor the lab's own machines: with a pod all of its host goes down for good. */
const isSpared = (service: ServiceName): boolean => factsOf(service).kind !== "product";

/** Seconds that two faults stay, at least and at most. */
const HOLD = { least: 8, most: 20 };

/**
 * Experiments without end, each with two faults at once on two hosts, drawn by the seed. Two faults may stop the service
 * (two of three nodes), so times are shown and not judged; nothing acknowledged may be lost.
 */
export function* monkey(seed: number): Generator<Experiment, never> {
  for (let n = 1; ; n++) {
    const name = `monkey-${n}`;
    const random = randomOf(seedOf(seed, `hold of ${name}`));
    yield {
      name,
      title: "Two faults at once, drawn by lot",
      faults: twoFaults,
      hold: Math.round(HOLD.least + random() * (HOLD.most - HOLD.least)),
      judge: "safety",
    };
  }
}

function twoFaults(scene: Scene): FaultSpec[] {
  const first = aFault(scene, []);
  return [first, aFault(scene, first.hosts)];
}

/** A fault on one host that is not among `taken`: of the host, or of one of its services. */
function aFault(scene: Scene, taken: readonly string[]): FaultSpec {
  const services = scene.inventory.services.filter(({ service, host }) => !isSpared(service) && !taken.includes(host));
  const { host, service } = oneOf(scene, services);
  // A third on whole hosts: the services are many more.
  if (scene.random() < 1 / 3) return { ...oneOf(scene, ofHosts), hosts: [host] };
  return { fault: oneOf(scene, ofServices), service, hosts: [host] };
}
