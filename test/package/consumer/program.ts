import * as docker from "@pulumi/docker";
import { ConsulCluster, GaleraCluster, type Host, UserError } from "trivet/components";
import { imageTag } from "trivet/images";
import type { ServiceRecord } from "trivet/inventory";

const hosts: Host[] = ["db1", "db2", "db3"].map((name, index) => {
  const address = `10.0.${index + 1}.11`;
  const endpoint = `ssh://admin@${address}`;
  return {
    name,
    environment: "prod",
    domain: `rack${index + 1}`,
    address,
    endpoint,
    networkMode: "host",
    provider: new docker.Provider(name, { host: endpoint }),
  };
});

const database = new GaleraCluster("shop", {
  hosts,
  image: imageTag("galera"),
  databases: [{ name: "orders", user: "orders" }],
  consulServices: ["orders-db"],
});
const consul = new ConsulCluster("consul", {
  hosts,
  image: imageTag("consul"),
  services: [database.consulService({ name: "orders-db" })],
});
database.retireFormerPasswords([consul]);

/** What is refused is told by an error that programs know by its class. */
function refused(): string {
  try {
    new GaleraCluster("two", { hosts: hosts.slice(1), image: imageTag("galera"), databases: [] });
  } catch (error) {
    if (error instanceof UserError) return error.message;
  }
  return "nothing was refused";
}

export const services: ServiceRecord[] = [...database.services, ...consul.services];
export const mistake: string = refused();
