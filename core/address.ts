import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { expectedEndpoint, parseEndpoint } from "./endpoint.ts";
import { described } from "./setting.ts";

/** Where things are in a network: the settings and the components check them by the same rules. */

export const addressSchema = described(
  "address",
  z.ipv4({ error: 'expected an IPv4 address, such as "10.1.0.11"', abort: true }),
);

const rangeOf = (address: string) => ipaddr.parse(address).range();

/** Where a server is that is asked for something: no address of one's own, of nobody or of many. */
const isServer = (address: string) => !["loopback", "unspecified", "broadcast", "multicast"].includes(rangeOf(address));

/** A server on another machine. */
export const serverAddressSchema = addressSchema.refine(
  isServer,
  "expected the address of a server on another machine",
);

/** Where something listens: one address of a machine, or all by 0.0.0.0. */
export const listenAddressSchema = addressSchema.refine(
  (address) => address === "0.0.0.0" || !["unspecified", "broadcast", "multicast"].includes(rangeOf(address)),
  "expected an address of the machine, or 0.0.0.0 for all of them",
);

const serverText = "expected the name or the address of a server";

/** A server on another machine, by its address or its name in DNS: a word of a configuration file, where more words would be options. */
export const serverSchema = described(
  "server",
  z
    .string(serverText)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/, { error: serverText, abort: true })
    .refine((server) => (isIP(server) > 0 ? isServer(server) : isHostName(server)), serverText),
);

/** Labels of 1 to 63 characters; a last one of figures alone would be a slip in an address. */
const isHostName = (name: string) =>
  name !== "localhost" &&
  /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*(?!\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name);

/** Whether somebody has to be asked where that is. */
export const isByName = (server: string): boolean => isIP(server.replace(/^\[|\]$/g, "")) === 0;

const portText = "expected a port, 1 to 65535";

/** 1 to 65535: what something can listen on. */
export const portSchema = described("port", z.int(portText).min(1, portText).max(65_535, portText));

/** IPv4, by its first address. */
export const subnetSchema = described("subnet", z.string()).check((context) => {
  const { value, issues } = context;
  const expected = 'expected an IPv4 subnet, such as "10.1.0.0/24"';
  if (!ipaddr.IPv4.isValidCIDR(value)) issues.push({ code: "custom", message: expected, input: value });
  else if (ipaddr.IPv4.networkAddressFromCIDR(value).toString() !== value.split("/")[0]) {
    const network = `${ipaddr.IPv4.networkAddressFromCIDR(value)}/${value.split("/")[1]}`;
    issues.push({ code: "custom", message: `expected the subnet's first address: "${network}"`, input: value });
  }
});

/** A Docker daemon. */
export const endpointSchema = described(
  "endpoint",
  z.string().refine((text) => parseEndpoint(text) !== undefined, `expected a Docker endpoint, ${expectedEndpoint}`),
);
