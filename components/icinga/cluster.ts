import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { resolvConf } from "../files/resolv.ts";
import { type CertificateAuthority, certificate } from "../keys/certificates.ts";
import { type ContainerFile, type Service, serviceContainer } from "../service.ts";
import type { Transform } from "../transform.ts";
import { type CheckCredential, credentialsCnf } from "./credentials.ts";
import { icingaAgent, type icingaMaster, type icingaSatellite } from "./facts.ts";
import { apiConf, checkerConf, configFolder, constantsConf, zonesConf } from "./node.ts";
import { type Topology, zoneOf } from "./topology.ts";

/** All nodes of one Icinga cluster share this. */
export interface Cluster {
  /** Prefix of resource names. */
  name: string;
  topology: Topology;
  authority: CertificateAuthority;
  credentials: Record<string, CheckCredential<pulumi.Input<string>>>;
  /** Monitored hosts whose own Icinga logs in as one of these; all others of them know none. */
  loggingIn: readonly string[];
  dnsServers?: string[];
}

export interface NodeArgs {
  cluster: Cluster;
  host: Host;
  service: typeof icingaMaster.name | typeof icingaSatellite.name | typeof icingaAgent.name;
  image: pulumi.Input<string>;
  /** Text of `features-enabled/<name>.conf`, beyond the API's. */
  features: Record<string, pulumi.Input<string>>;
  /** Files beyond those that make the daemon a node of the cluster. */
  files?: ContainerFile[];
  volumes?: Record<string, string>;
  transform?: Transform;
}

/** One Icinga daemon with its certificate. */
export function nodeContainer(args: NodeArgs, opts: pulumi.CustomResourceOptions): Service {
  const { cluster, host } = args;
  const { name, topology, authority } = cluster;
  const identity = certificate(
    `${name}-${host.name}`,
    // Icinga wants CN and a DNS name equal to the endpoint's name.
    { authority, commonName: host.name },
    { parent: opts.parent },
  );
  const features = Object.entries({ api: apiConf(), ...args.features }).map(([feature, content]) => ({
    path: `${configFolder}/features/${feature}.conf`,
    content,
    mode: "0600",
  }));
  return serviceContainer(
    {
      host,
      service: args.service,
      image: args.image,
      transform: args.transform,
      files: [
        {
          path: `${configFolder}/constants.conf`,
          content: constantsConf(host.name, zoneOf(topology, host.name)!.name),
        },
        { path: `${configFolder}/zones.conf`, content: zonesConf(topology, host.name) },
        { path: `${configFolder}/ca.crt`, content: authority.certificate },
        { path: `${configFolder}/node.crt`, content: identity.certificate },
        { path: `${configFolder}/node.key`, content: identity.privateKey, mode: "0600" },
        ...features,
        ...(args.service !== icingaAgent.name || cluster.loggingIn.includes(host.name) ? credentialsFile(cluster) : []),
        ...resolvFile(cluster.dnsServers),
        ...(args.files ?? []),
      ],
      // State, what the config sync brought, and the log that a peer gets when it is back.
      volumes: { data: "/var/lib/icinga2", ...args.volumes },
      gated: true,
    },
    opts,
  );
}

function credentialsFile({ credentials }: Cluster): ContainerFile[] {
  if (Object.keys(credentials).length === 0) return [];
  const content = pulumi.secret(pulumi.output(credentials).apply(credentialsCnf));
  return [{ path: `${configFolder}/credentials.cnf`, content, mode: "0600" }];
}

/** The file by which a container asks these servers; none: it asks as its host does. */
export function resolvFile(servers?: string[]): ContainerFile[] {
  return servers ? [{ path: "/etc/trivet/resolv.conf", content: resolvConf(servers) }] : [];
}

/** Runs checks itself, unlike an agent that only does as it is told. */
export const checker = { checker: checkerConf() };
