import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { PresentImage } from "../components/image.ts";
import { StateIdentity } from "../components/keys/identity.ts";
import type { ServiceImage } from "../components/services.ts";
import type { Flow } from "../core/flow.ts";
import type { Host } from "../core/host.ts";
import type { ServiceRecord } from "../core/inventory.ts";
import { isTrivetImage } from "../hosts/images.ts";
import { imageTag } from "../images/index.ts";
import { pod } from "../lab/facts.ts";
import { Lab, endpoint as labEndpoint } from "../lab/index.ts";
import { entryPort } from "./settings/entry.ts";
import { labMachines } from "./settings/lab.ts";
import type { HostSettings, Settings } from "./settings.ts";

/** Where everything is put: hosts, and how an image gets onto them. */
export interface Site {
  hosts: Host[];
  /** The lab's other machines, by what the settings say of them. */
  machines(places?: readonly { name: string }[]): Host[];
  /** What runs already: router and pods of the lab. */
  services: ServiceRecord[];
  /** Lets only the declared connections through, once all of these are as they are to be. */
  closeFormerFlows(services: pulumi.Resource[]): void;
  /** The id of the image that a service runs on, known once it is on every one of the hosts. */
  image(facts: { image: { name: ServiceImage } }, hosts: Host[]): pulumi.Output<string>;
}

/** Pods on this machine when the settings have a lab, else the real hosts that they name. */
export function createSite(environment: string, settings: Settings, flows: Flow[]): Site {
  const { id: state } = new StateIdentity("state");
  return settings.lab ? labSite(environment, state, settings, flows) : realSite(environment, state, settings);
}

function labSite(environment: string, state: pulumi.Output<string>, settings: Settings, flows: Flow[]): Site {
  const image = once((name: ServiceImage) => imageResource(`image-${name}`, name, settings, labEndpoint));
  const machines = labMachines(settings.lab).map(({ machine }) => machine);
  const lab = new Lab("lab", {
    environment,
    state,
    domains: settings.domains,
    hosts: [...settings.hosts.map((host) => ({ ...placeOf(host), ports: publications(host, settings) })), ...machines],
    flows,
    image: image(pod.image.name).imageId,
  });
  const named = (places: readonly { name: string }[] = []) =>
    lab.hosts.filter((host) => places.some(({ name }) => name === host.name));
  return {
    hosts: named(settings.hosts),
    machines: named,
    services: lab.services,
    closeFormerFlows: (services) => lab.closeFormerFlows(services),
    image: (facts) => image(facts.image.name).imageId,
  };
}

const placeOf = ({ name, domain, address }: HostSettings) => ({ name, domain, address });

/** The ports of a host that people reach on this machine, sorted: the docker provider takes another order for a change. */
function publications(host: HostSettings, settings: Settings) {
  const { address, port } = settings.web;
  const entry = { internal: entryPort(settings), external: port, ip: address };
  const own = host.publish.map(({ address, port, target }) => ({ internal: target, external: port, ip: address }));
  const all = [...(host.roles.includes("entry") ? [entry] : []), ...own];
  return all.length > 0 ? all.sort((a, b) => a.internal - b.internal || a.external - b.external) : undefined;
}

function realSite(environment: string, state: pulumi.Output<string>, settings: Settings): Site {
  const providers = new Map(
    settings.hosts.map(({ name, endpoint }) => [name, new docker.Provider(name, { host: endpoint! })]),
  );
  const image = once((key: `${ServiceImage} ${string}`) => {
    const [name, host] = key.split(" ") as [ServiceImage, string];
    const endpoint = settings.hosts.find((candidate) => candidate.name === host)!.endpoint!;
    return imageResource(`image-${name}-${host}`, name, settings, endpoint, providers.get(host));
  });
  return {
    hosts: settings.hosts.map((host) => ({
      ...placeOf(host),
      environment,
      state,
      endpoint: host.endpoint!,
      networkMode: "host",
      provider: providers.get(host.name),
    })),
    machines: () => [],
    services: [],
    // Their firewalls are `trivet hosts prepare`'s, or their owner's.
    closeFormerFlows: () => {},
    // The same image has the same id everywhere, but must be everywhere before a container asks for it.
    image: (facts, hosts) =>
      pulumi.all(hosts.map((host) => image(`${facts.image.name} ${host.name}`).imageId)).apply(([id]) => id!),
  };
}

/** An image of ours by the hash of its content, or the one that the settings name in its place; never removed. */
function imageResource(
  resource: string,
  name: ServiceImage,
  { images }: Settings,
  endpoint: string,
  provider?: docker.Provider,
): docker.RemoteImage {
  const image = images[name] ?? imageTag(name);
  const dependsOn = isTrivetImage(image) ? [new PresentImage(`${resource}-present`, { endpoint, image })] : [];
  return new docker.RemoteImage(resource, { name: image, keepLocally: true }, { provider, dependsOn });
}

/** Makes each thing when it is first asked for. */
function once<Key, Thing>(make: (key: Key) => Thing): (key: Key) => Thing {
  const made = new Map<Key, Thing>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
