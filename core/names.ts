import { z } from "zod";

/** Texts that become part of scripts and configuration files: the settings and the components check them by the same rules. */

/** Name of a host, a failure domain or a data centre in the settings. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"');

/** One label of a name in DNS, as Consul names a service. */
export const labelSchema = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'expected a name of letters, digits and "-"');

/** A name in DNS, without dots around it. */
export const domainSchema = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/,
    'expected a name in DNS, such as "galeradb.service.consul"',
  );

/** Goes into a line of a file or a protocol, or into a command line as one argument. */
export const lineSchema = z.string().regex(/^[^\p{Cc}]+$/u, "expected text without control characters");
