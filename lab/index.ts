import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { ConfigFiles } from "../components/files/index.ts";
import { containerName, labels } from "../components/service.ts";
import { type Domain, subnetHolding, subnetsOf } from "../core/domain.ts";
import { UserError } from "../core/errors.ts";
import type { Flow } from "../core/flow.ts";
import type { Host } from "../core/host.ts";
import type { ServiceRecord } from "../core/inventory.ts";
import { logLimits } from "../hosts/logs.ts";
import { nthAddress } from "./addresses.ts";
import { pod, router } from "./facts.ts";
import { firewallRules, type Place, rulesFile } from "./firewall.ts";

/** A host of the lab: a place on a domain's network. */
export interface LabHost extends Place {
  /** Ports that people reach on this machine. */
  ports?: { internal: number; external: number; ip: string }[];
}

export interface LabArgs {
  environment: string;
  /** Identity of the state that the environment belongs to: a label of all that is made. */
  state?: pulumi.Input<string>;
  /** Failure domains. Each subnet is a Docker network of its own; gateway and router take its first two addresses. */
  domains: Domain[];
  hosts: LabHost[];
  /** Traffic that may pass between domains; anything else is dropped. */
  flows: Flow[];
  /** The image `pod`. */
  image: pulumi.Input<string>;
}

/**
 * The ground that everything stands on: with a pod all of its host's services go down, with the router all domains are cut
 * off. A newer image or label, or another limit of their logs, is not worth that: they get it when the lab is made anew.
 */
const kept = { deleteBeforeReplace: true, ignoreChanges: ["image", "labels", "logDriver", "logOpts"] };

/** The Docker daemon of this machine, where the whole lab lives. */
export const endpoint = "unix:///var/run/docker.sock";

/** What passes while services change: that of before as well. */
const MEANWHILE = "/etc/trivet/firewall-meanwhile";

/**
 * Failure domains on one machine: a network for each, a WAN router between them that lets only declared flows through and
 * has no way out, and for each host a pod: one tiny container that holds the host's network and never restarts by itself.
 * Why so: docs/decisions/0002.
 *
 * A flow that is new passes before any service changes. One that is no longer declared passes until `closeFormerFlows`.
 */
export class Lab extends pulumi.ComponentResource {
  /** The hosts, for the components to place containers on. */
  readonly hosts: Host[];
  readonly services: ServiceRecord[];
  readonly #router: { record: ServiceRecord; containerId: pulumi.Output<string>; rules: string };
  readonly #widened: ConfigFiles;

  constructor(name: string, args: LabArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:lab:Lab", name, {}, opts);
    validate(name, args);
    const networks = new Map(
      args.domains.flatMap((domain) =>
        subnetsOf(domain).map(
          (subnet, index) => [subnet, this.createNetwork(args, domain.name, subnet, index)] as const,
        ),
      ),
    );
    this.#router = this.createRouter(args, networks);
    this.#widened = this.widen();
    const pods = args.hosts.map((host) => this.createPod(args, host, networks));
    this.hosts = args.hosts.map(({ name, domain, address }, index) => ({
      name,
      domain,
      address,
      environment: args.environment,
      state: args.state,
      endpoint,
      networkMode: pulumi.interpolate`container:${pods[index]!.id}`,
    }));
    this.services = [
      this.#router.record,
      ...this.hosts.map((host) => ({
        service: pod.name,
        host: host.name,
        domain: host.domain,
        address: host.address,
        endpoint,
        container: containerName(host),
      })),
    ];
    this.registerOutputs();
  }

  /**
   * Lets only the declared flows pass from here on. Called last, with all that runs in the lab: a service that is not yet changed may still
   * need a host, or a port, that the others are no longer told of (docs/decisions/0045).
   */
  closeFormerFlows(dependsOn: pulumi.Input<pulumi.Resource>[]): void {
    const folder = dirname(rulesFile);
    new ConfigFiles(
      "firewall",
      {
        ...this.inRouter(),
        folder,
        files: { [basename(rulesFile)]: this.#router.rules },
        apply: ["iptables-restore", rulesFile],
        after: this.#widened.delivery,
      },
      { parent: this, dependsOn },
    );
  }

  private widen(): ConfigFiles {
    return new ConfigFiles(
      "firewall-meanwhile",
      {
        ...this.inRouter(),
        folder: MEANWHILE,
        files: { rules: this.#router.rules, widen: readFileSync(join(import.meta.dirname, "widen"), "utf8") },
        apply: ["sh", `${MEANWHILE}/widen`, `${MEANWHILE}/rules`, rulesFile],
      },
      { parent: this },
    );
  }

  private inRouter() {
    const { record, containerId } = this.#router;
    return { endpoint: record.endpoint, container: record.container, containerId };
  }

  private createNetwork(args: LabArgs, domain: string, subnet: string, index: number): docker.Network {
    // No domain's name has a point.
    const name = index === 0 ? domain : `${domain}.${index + 1}`;
    return new docker.Network(
      `net-${name}`,
      {
        name: `trivet-${args.environment}-${name}`,
        driver: "bridge",
        ipamConfigs: [{ subnet, gateway: nthAddress(subnet, 1) }],
        options: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
        labels: labels(args, { domain }),
      },
      { parent: this, deleteBeforeReplace: true, ignoreChanges: ["labels"] },
    );
  }

  private createRouter(args: LabArgs, networks: Map<string, docker.Network>) {
    const { environment, domains } = args;
    const name = `trivet-${environment}-router`;
    const container = new docker.Container(
      "router",
      {
        name,
        image: args.image,
        command: ["router"],
        logDriver: logLimits.driver,
        logOpts: logLimits.options,
        hostname: "router",
        restart: "unless-stopped",
        capabilities: { adds: [...router.capabilities] },
        sysctls: { "net.ipv4.ip_forward": "1" },
        labels: labels(args, { domain: "wan", host: "router", service: router.name }),
        networksAdvanced: [...networks].map(([subnet, network]) => ({
          name: network.name,
          ipv4Address: nthAddress(subnet, 2),
        })),
        stopTimeout: 1,
        destroyGraceSeconds: 1,
      },
      { parent: this, ...kept },
    );
    const [first] = networks.keys();
    const address = nthAddress(first!, 2);
    return {
      record: { service: router.name, host: "router", domain: "wan", address, endpoint, container: name },
      containerId: container.id,
      rules: firewallRules(args.flows, args.hosts, { domains }),
    };
  }

  private createPod(args: LabArgs, host: LabHost, networks: Map<string, docker.Network>): docker.Container {
    const domain = args.domains.find(({ name }) => name === host.domain)!;
    const subnet = subnetHolding(subnetsOf(domain), host.address)!;
    return new docker.Container(
      host.name,
      {
        name: containerName({ environment: args.environment, name: host.name }),
        image: args.image,
        command: ["pod", nthAddress(subnet, 2)],
        logDriver: logLimits.driver,
        logOpts: logLimits.options,
        hostname: host.name,
        restart: "unless-stopped",
        capabilities: { adds: [...pod.capabilities] },
        labels: labels(args, { domain: host.domain, host: host.name, service: pod.name }),
        networksAdvanced: [{ name: networks.get(subnet)!.name, ipv4Address: host.address }],
        ports: host.ports,
        stopTimeout: 1,
        destroyGraceSeconds: 1,
      },
      { parent: this, dependsOn: this.#widened, ...kept },
    );
  }
}

function validate(name: string, { domains, hosts, flows }: LabArgs): void {
  const known = (names: string[]) => `expected one of ${names.join(", ")}.`;
  const domainNames = domains.map((domain) => domain.name);
  const hostNames = hosts.map((host) => host.name);
  for (const { name: host, domain, address } of hosts) {
    const subnets = domains.filter((candidate) => candidate.name === domain).flatMap(subnetsOf);
    if (subnets.length === 0) {
      throw new UserError(`Lab "${name}": host "${host}" is in domain "${domain}"; ${known(domainNames)}`);
    }
    const inside = subnetHolding(subnets, address);
    const taken = [1, 2].map((n) => nthAddress(inside ?? subnets[0]!, n));
    if (!inside || taken.includes(address)) {
      throw new UserError(
        `Lab "${name}": host "${host}" has address ${address}; expected one of ${subnets.join(" or ")} ` +
          `other than ${taken.join(" (gateway) and ")} (router).`,
      );
    }
  }
  for (const { name: flow, from, to } of flows) {
    const stranger = [...from, ...to].find((host) => !hostNames.includes(host));
    if (stranger) throw new UserError(`Lab "${name}": flow "${flow}" names host "${stranger}"; ${known(hostNames)}`);
  }
}
