import type Docker from "dockerode";
import ipaddr from "ipaddr.js";
import pRetry, { AbortError } from "p-retry";
import type { Props } from "../wire/values.ts";
import { DockerError, daemonMessage, statusOf, unlessGone } from "./errors.ts";
import { isOurs, labelMap, whyNotOurs } from "./labels.ts";
import { echo, labelPairs, mapOrNull } from "./outputs.ts";
import { type Resource, schemaVersion } from "./resource.ts";
import { boolean, byDefault, labels, map, setOf, string } from "./schema.ts";

interface IpamConfig {
  subnet?: string;
  gateway?: string;
  ipRange?: string;
  auxAddress?: Record<string, string>;
}

/** docker:index/network:Network. */
export const network: Resource = {
  fields: {
    attachable: boolean,
    driver: string,
    ingress: boolean,
    internal: boolean,
    ipamConfigs: setOf({ auxAddress: map, gateway: string, ipRange: string, subnet: string }),
    ipamDriver: byDefault(string, "default"),
    ipamOptions: map,
    ipv6: boolean,
    labels,
    name: string,
    options: map,
  },
  namesItself: true,
  computed: ["driver", "internal", "ipamConfigs", "options", "scope"],
  deleteBeforeReplace: false,
  meta: schemaVersion(1),

  async create({ docker }, inputs) {
    try {
      return (await docker.createNetwork(request(inputs))).id;
    } catch (error) {
      const message = daemonMessage(error);
      if (statusOf(error) === 409 || /already exists/.test(message)) return adopt(docker, inputs);
      if (/overlap/.test(message)) throw await overlapError(docker, inputs, message);
      throw error;
    }
  },

  async read({ docker }, id, known) {
    const found = await unlessGone(docker.getNetwork(id).inspect() as Promise<Inspected>);
    if (!found) return undefined;
    return {
      ...echo(network.fields, known),
      attachable: found.Attachable,
      driver: found.Driver,
      id: found.Id,
      ingress: found.Ingress,
      internal: found.Internal,
      ipamConfigs: (found.IPAM.Config ?? []).map(({ Subnet, Gateway, IPRange, AuxiliaryAddresses }) => ({
        auxAddress: mapOrNull(AuxiliaryAddresses),
        gateway: Gateway ?? "",
        ipRange: IPRange ?? "",
        subnet: Subnet ?? "",
      })),
      ipamDriver: found.IPAM.Driver,
      ipamOptions: mapOrNull(found.IPAM.Options),
      ipv6: found.EnableIPv6,
      labels: labelPairs(found.Labels),
      name: found.Name,
      options: { ...found.Options },
      scope: found.Scope,
    };
  },

  /** Endpoints of containers that are being removed at the same time may still be attached for a moment. */
  async remove({ docker, signal }, id) {
    const attempt = async () => {
      try {
        await unlessGone(docker.getNetwork(id).remove());
      } catch (error) {
        if (/active endpoints/.test(daemonMessage(error))) throw new Error(daemonMessage(error));
        throw new AbortError(error as Error);
      }
    };
    await pRetry(attempt, { retries: 20, factor: 1.3, minTimeout: 100, maxTimeout: 2000, signal }).catch(
      async (error) => {
        if (statusOf(error)) throw error;
        const found = await unlessGone(docker.getNetwork(id).inspect() as Promise<Inspected>);
        if (!found) return;
        const attached = Object.values(found.Containers ?? {}).map(({ Name }) => Name);
        throw new DockerError(
          `Network ${found.Name} is still used by ${attached.join(", ") || "a container"}. Remove them (\`docker rm -f …\`) and run again.`,
        );
      },
    );
  },
};

/** An address range as Docker names its parts. */
interface IpamEntry {
  Subnet?: string;
  Gateway?: string;
  IPRange?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

interface Inspected extends Omit<Docker.NetworkInspectInfo, "IPAM"> {
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamEntry[] | null };
}

function request(inputs: Props): Docker.NetworkCreateOptions {
  const configs = (inputs.ipamConfigs ?? []) as IpamConfig[];
  const ipam = {
    Driver: inputs.ipamDriver as string,
    Options: inputs.ipamOptions as Record<string, string> | undefined,
    Config: configs.map(
      ({ subnet, gateway, ipRange, auxAddress }): IpamEntry => ({
        ...(subnet && { Subnet: subnet }),
        ...(gateway && { Gateway: gateway }),
        ...(ipRange && { IPRange: ipRange }),
        ...(auxAddress && { AuxiliaryAddresses: auxAddress }),
      }),
    ),
  };
  return {
    Name: inputs.name as string,
    // Docker before 25 makes a second network of the same name unless asked to look.
    CheckDuplicate: true,
    Driver: inputs.driver as string | undefined,
    Internal: inputs.internal as boolean | undefined,
    Attachable: inputs.attachable as boolean | undefined,
    Ingress: inputs.ingress as boolean | undefined,
    EnableIPv6: inputs.ipv6 as boolean | undefined,
    Options: inputs.options as Record<string, string> | undefined,
    Labels: labelMap(inputs.labels),
    IPAM: ipam as Docker.NetworkCreateOptions["IPAM"],
  };
}

/** Takes over a network of this environment that an interrupted run left, if it is what is asked for. */
async function adopt(docker: Docker, inputs: Props): Promise<string> {
  const name = inputs.name as string;
  const asked = labelMap(inputs.labels);
  const found = (await docker.getNetwork(name).inspect()) as Inspected;
  const remedy = `Remove it with \`docker network rm ${name}\`, or give this network another name.`;
  if (!isOurs(found.Labels, asked)) {
    throw new DockerError(`A network ${name} already exists, and ${whyNotOurs(found.Labels, asked)}. ${remedy}`);
  }
  const differences = differing(found, inputs);
  if (differences.length === 0) return found.Id;
  throw new DockerError(
    `A network ${name} of this environment already exists with another ${differences.join(", ")}. ${remedy}`,
  );
}

function differing(found: Inspected, inputs: Props): string[] {
  const actual: Record<string, unknown> = {
    driver: found.Driver,
    internal: found.Internal,
    attachable: found.Attachable,
    ingress: found.Ingress,
    ipv6: found.EnableIPv6,
  };
  const differences = Object.keys(actual).filter((key) => inputs[key] !== undefined && inputs[key] !== actual[key]);
  const options = Object.entries((inputs.options ?? {}) as Record<string, string>);
  if (options.some(([key, value]) => found.Options?.[key] !== value)) differences.push("options");
  const asked = (inputs.ipamConfigs ?? []) as IpamConfig[];
  const there = (found.IPAM.Config ?? []).map(({ Subnet, Gateway }) => ({ subnet: Subnet, gateway: Gateway }));
  const covered = asked.every(({ subnet, gateway }) =>
    there.some((config) => config.subnet === subnet && (gateway === undefined || config.gateway === gateway)),
  );
  if (!covered || (asked.length > 0 && asked.length !== there.length)) differences.push("subnet or gateway");
  return differences;
}

async function overlapError(docker: Docker, inputs: Props, message: string): Promise<DockerError> {
  const asked = ((inputs.ipamConfigs ?? []) as IpamConfig[]).flatMap(({ subnet }) => subnet ?? []);
  const others = (await docker.listNetworks()) as Inspected[];
  const inTheWay = others.flatMap(({ Name, IPAM }) =>
    (IPAM.Config ?? []).flatMap(({ Subnet }) =>
      Subnet && asked.some((subnet) => overlap(subnet, Subnet)) ? [`${Name} (${Subnet})`] : [],
    ),
  );
  const holder = inTheWay.length
    ? `used by the Docker network ${inTheWay.join(", ")}. Remove it with \`docker network rm\`, or choose another subnet`
    : `used by an interface of this machine (\`ip address\` shows it). Choose another subnet`;
  return new DockerError(
    `Network ${inputs.name} asks for ${asked.join(", ") || "a free subnet"}, which is ${holder}. Docker says: ${message}.`,
  );
}

/** Whether two IPv4 or IPv6 networks in CIDR notation share an address. */
function overlap(a: string, b: string): boolean {
  if (!ipaddr.isValidCIDR(a) || !ipaddr.isValidCIDR(b)) return false;
  const [first, firstBits] = ipaddr.parseCIDR(a);
  const [second, secondBits] = ipaddr.parseCIDR(b);
  return first.kind() === second.kind() && first.match(second as never, Math.min(firstBits, secondBits));
}
