import { expectedEndpoint, parseEndpoint } from "../../core/endpoint.ts";
import type { Failure } from "../plugin/provider.ts";
import { isUnknown, type Props } from "../wire/values.ts";
import { DockerError } from "./errors.ts";

/** Where the daemon is. */
export interface Endpoint {
  /** `unix:///path` or `ssh://[user@]host[:port]` */
  host: string;
  /** More arguments for `ssh`, such as `-i` and a key's path. */
  sshOpts: string[];
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

const REFUSED: Record<string, string> = {
  caMaterial: "a daemon over TLS can't be reached. Use an ssh:// host, which needs no certificates.",
  certMaterial: "a daemon over TLS can't be reached. Use an ssh:// host, which needs no certificates.",
  keyMaterial: "a daemon over TLS can't be reached. Use an ssh:// host, which needs no certificates.",
  certPath: "a daemon over TLS can't be reached. Use an ssh:// host, which needs no certificates.",
  context: "Docker contexts are not read. Set host to the address that `docker context inspect` prints.",
  registryAuth:
    "images are pulled without a login. Pull or load the image on the Docker host first; RemoteImage then uses it.",
};

/** Properties of the provider that need nothing from us. */
const ACCEPTED = ["host", "sshOpts", "disableDockerDaemonCheck", "version", "pluginDownloadURL", "parameterization"];

/** What is wrong with a provider's configuration, by property. */
export function checkConfig(config: Props): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of Object.entries(config)) {
    if (value === null || property.startsWith("__") || ACCEPTED.includes(property)) continue;
    const why = REFUSED[property] ?? `it is no property of this provider. Known: host, sshOpts.`;
    failures.push({ property, reason: `docker:${property} is not supported: ${why}` });
  }
  for (const property of ["host", "sshOpts"] as const) {
    if (isUnknown(config[property])) continue;
    try {
      if (property === "host") parseHost(hostOf(config));
      else sshOptsOf(config);
    } catch (error) {
      failures.push({ property, reason: (error as Error).message });
    }
  }
  return failures;
}

/** @throws {DockerError} when the daemon's address is of a kind that is not supported */
export function endpointOf(config: Props): Endpoint {
  const host = hostOf(config);
  parseHost(host);
  return { host, sshOpts: sshOptsOf(config) };
}

export function parseHost(host: string): URL {
  const url = parseEndpoint(host);
  if (url) return url;
  throw new DockerError(
    `docker:host is "${host}"; expected ${expectedEndpoint} (a daemon over tcp:// is reached by ssh:// to its machine).`,
  );
}

const hostOf = (config: Props): string => String(config.host ?? process.env.DOCKER_HOST ?? "") || DEFAULT_HOST;

/** A list, which the engine may send as JSON text. */
function sshOptsOf(config: Props): string[] {
  const given = typeof config.sshOpts === "string" ? parseJson(config.sshOpts) : (config.sshOpts ?? []);
  if (Array.isArray(given) && given.every((item) => typeof item === "string")) return given;
  throw new DockerError('docker:sshOpts must be a list of texts, such as ["-i", "/path/of/key"].');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
