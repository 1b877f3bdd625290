import { icingaTopology } from "../../../components/icinga/topology.ts";
import type { Host } from "../../../core/host.ts";

/** A host of the tests' site. */
export const host = (name: string, domain: string, address: string): Host => ({
  name,
  domain,
  address,
  environment: "unit",
  endpoint: "unix:///var/run/docker.sock",
  networkMode: "host",
});

export const site = {
  masters: [host("mon1", "fd1", "198.18.1.31"), host("mon2", "fd2", "198.18.2.31")],
  satellites: [host("sat1", "fd1", "198.18.1.41"), host("sat3", "fd3", "198.18.3.41")],
  agents: [host("app2", "fd2", "198.18.2.51"), host("app3", "fd3", "198.18.3.51")],
};

/** fd1 and fd3 have a satellite, fd2 has none; an agent in fd2 and one in fd3. */
export const topology = icingaTopology(site);
