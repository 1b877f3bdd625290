import { z } from "zod";
import { described } from "./setting.ts";

/** Texts that become part of scripts and configuration files: the settings and the components check them by the same rules. */

/** Name of a host, a failure domain or a data centre in the settings. */
export const nameSchema = described(
  "name",
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"'),
);

/** One label of a name in DNS, as Consul names a service. */
export const labelSchema = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'expected a name of letters, digits and "-"');

/** A name in DNS, without dots around it. */
export const domainSchema = described(
  "domain",
  z
    .string()
    .regex(
      /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/,
      'expected a name in DNS, such as "galeradb.service.consul"',
    ),
);

/** Goes into a line of a file or a protocol, or into a command line as one argument. */
export const lineSchema = described(
  "line",
  z.string().regex(/^[^\p{Cc}]{1,4096}$/u, "expected text without control characters"),
);

const imageText = 'expected the name of an image, such as "registry.example/consul:1.20"';

/** An image as Docker names it: its registry, its path in lower case, a tag, a digest. */
export const imageSchema = described(
  "image",
  z
    .string()
    .regex(
      /^(?=.{1,255}$)(((?=[^/]*[.:])[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|localhost)(:\d{1,5})?\/)?[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
      imageText,
    ),
);
