/**
 * A highly available database in a stack of your own: three Galera nodes, and Consul to name those of them that are fit.
 * Here the hosts are pods of the lab, on this machine. On real servers, say `hosts` yourself and leave the lab out:
 *
 *     { name: "db1", environment: "prod", domain: "rack1", address: "10.0.1.11",
 *       endpoint: "ssh://admin@10.0.1.11", networkMode: "host", provider: new docker.Provider("db1", { host: "ssh://admin@10.0.1.11" }) }
 */
import { ConsulCluster, consulFlows, GaleraCluster, galeraFlows } from "trivet/components";
import { imageTag } from "trivet/images";
import { Lab } from "trivet/lab";

const names = ["db1", "db2", "db3"];

const lab = new Lab("lab", {
  environment: "example",
  image: imageTag("pod"),
  domains: names.map((_, index) => ({ name: `rack${index + 1}`, subnet: `198.18.${241 + index}.0/24` })),
  hosts: names.map((name, index) => ({ name, domain: `rack${index + 1}`, address: `198.18.${241 + index}.11` })),
  flows: [...galeraFlows(names), ...consulFlows(names, [])],
});

const database = new GaleraCluster("shop", {
  hosts: lab.hosts,
  image: imageTag("galera"),
  databases: [{ name: "orders", user: "orders" }],
  consulServices: ["orders-db"],
});

const consul = new ConsulCluster("consul", {
  hosts: lab.hosts,
  image: imageTag("consul"),
  services: [database.consulService({ name: "orders-db" })],
});

database.retireFormerPasswords([consul]);
lab.closeFormerFlows([database, consul]);

export const services = [...database.services, ...consul.services];
/** Ask any host's Consul, `127.0.0.1` port 8600, for `orders-db.service.consul`. */
export const orders = database.databases[0];
