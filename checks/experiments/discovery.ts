import { bind } from "../../components/bind/facts.ts";
import { consulAgent, consulServer } from "../../components/consul/facts.ts";
import { table } from "./experiment.ts";
import { first, others, running } from "./targets.ts";

export const discovery = table({
  "dns-server-kill": {
    title: "The first DNS server of every client is killed (kill -9)",
    faults: (scene) => [{ fault: "kill", hosts: first(scene, bind.name), service: bind.name }],
    hold: 12,
    quick: true,
  },
  "dns-server-pause": {
    title: "The first DNS server hangs: its port is open and nothing answers",
    faults: (scene) => [{ fault: "pause", hosts: first(scene, bind.name), service: bind.name }],
    hold: 12,
  },
  "dns-server-silent": {
    title: "The first DNS server hears questions, but its answers are lost",
    faults: (scene) => [{ fault: "dns-silent", hosts: first(scene, bind.name), service: bind.name }],
    hold: 12,
  },
  // No client can tell a lie from the truth, so no budget holds; but no write may be lost, and all is well afterwards.
  "dns-server-wrong": {
    title: "The first DNS server gives a wrong address for the database",
    faults: (scene) => [{ fault: "dns-wrong", hosts: first(scene, bind.name), service: bind.name }],
    hold: 12,
    judge: "safety",
  },
  "dns-servers-two-dead": {
    title: "Two of three DNS servers are killed (kill -9)",
    faults: (scene) => [{ fault: "kill", hosts: first(scene, bind.name, 2), service: bind.name }],
    hold: 12,
  },
  "consul-leader-kill": {
    title: "Consul's leader is killed (kill -9)",
    faults: ({ leader }) => [{ fault: "kill", hosts: [leader], service: consulServer.name }],
    hold: 15,
    quick: true,
  },
  "consul-leader-pause": {
    title: "Consul's leader hangs",
    faults: ({ leader }) => [{ fault: "pause", hosts: [leader], service: consulServer.name }],
    hold: 15,
  },
  "consul-leader-cut-off": {
    title: "The host of Consul's leader is cut off from everything, its DNS server with it",
    faults: ({ leader }) => [{ fault: "cut-off", hosts: [leader] }],
    hold: 15,
  },
  "consul-quorum-loss": {
    title: "Two of three Consul servers are killed (kill -9), their leader among them",
    faults: (scene) => [
      {
        fault: "kill",
        hosts: [scene.leader, ...others(scene, consulServer.name, scene.leader).slice(0, 1)],
        service: consulServer.name,
      },
    ],
    hold: 15,
    judge: "safety",
  },
  "consul-all-restart": {
    title: "All Consul servers crash at the same moment and are started again",
    faults: (scene) => [{ fault: "crash", hosts: running(scene, consulServer.name), service: consulServer.name }],
    hold: 10,
    judge: "safety",
  },
  // The node itself is well: it leaves the name, because nobody vouches for it, and its clients move in order.
  "consul-agent-kill": {
    title: "The Consul agent beside the database node that clients write to is killed (kill -9)",
    needs: [consulAgent.name],
    faults: ({ written }) => [{ fault: "kill", hosts: [written], service: consulAgent.name }],
    hold: 12,
  },
});
