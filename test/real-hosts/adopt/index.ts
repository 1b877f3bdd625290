import * as pulumi from "@pulumi/pulumi";
import {
  type AdoptedMember,
  ConsulCluster,
  DnsForwarder,
  GaleraCluster,
  GaleraSupervisor,
  type Host,
  type Transform,
} from "../../../components/index.ts";
import { imageTag } from "../../../images/index.ts";

/** As stacks/program.ts has it, without Icinga. */
const config = new pulumi.Config();
const hosts = config.requireObject<Host[]>("hosts");
const cgroup = config.get("cgroup");
const transform: Transform | undefined = cgroup
  ? {
      container: (args) => {
        args.cgroupParent = cgroup;
      },
    }
  : undefined;

const database = new GaleraCluster("galera", {
  hosts,
  image: imageTag("galera"),
  clusterName: config.require("cluster"),
  adopt: config.getObject<AdoptedMember[]>("adopt"),
  databases: [{ name: "trivet_app", user: "trivet_app" }],
  consulServices: ["galeradb"],
  transform,
});
const consul = new ConsulCluster(
  "consul",
  {
    hosts,
    image: imageTag("consul"),
    services: [database.consulService({ name: "galeradb" })],
    serviceTtl: { "galeradb-writer": "0s" },
    transform,
  },
  { dependsOn: database },
);
const supervisor = new GaleraSupervisor(
  "supervisor",
  { cluster: database, image: imageTag("supervisor"), service: "galeradb", writer: "galeradb-writer", transform },
  { dependsOn: consul },
);
const dns = new DnsForwarder(
  "dns",
  {
    hosts,
    image: imageTag("bind"),
    clients: [config.require("subnet")],
    probe: "galeradb.service.consul",
    transform,
  },
  { dependsOn: supervisor },
);
database.retireFormerPasswords([consul, supervisor, dns]);

export const services = [...database.services, ...consul.services, ...supervisor.services, ...dns.services];
