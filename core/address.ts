import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { expectedEndpoint, parseEndpoint } from "./endpoint.ts";

/** Where things are in a network: the settings and the components check them by the same rules. */

export const addressSchema = z.string().refine(isIPv4, 'expected an IPv4 address, such as "10.1.0.11"');

/** 1 to 65535: what something can listen on. */
export const portSchema = z
  .int("expected a port, 1 to 65535")
  .min(1, "expected a port, 1 to 65535")
  .max(65_535, "expected a port, 1 to 65535");

/** IPv4, by its first address. */
export const subnetSchema = z.string().check((context) => {
  const { value, issues } = context;
  const expected = 'expected an IPv4 subnet, such as "10.1.0.0/24"';
  if (!ipaddr.IPv4.isValidCIDR(value)) issues.push({ code: "custom", message: expected, input: value });
  else if (ipaddr.IPv4.networkAddressFromCIDR(value).toString() !== value.split("/")[0]) {
    const network = `${ipaddr.IPv4.networkAddressFromCIDR(value)}/${value.split("/")[1]}`;
    issues.push({ code: "custom", message: `expected the subnet's first address: "${network}"`, input: value });
  }
});

/** A Docker daemon. */
export const endpointSchema = z
  .string()
  .refine((text) => parseEndpoint(text) !== undefined, `expected a Docker endpoint, ${expectedEndpoint}`);
