import { isIP, isIPv4 } from "node:net";
import { z } from "zod";
import { portSchema } from "../../core/address.ts";
import { hostsSchema } from "../../core/host.ts";
import { labelSchema, lineSchema, nameSchema } from "../../core/names.ts";
import { count, input, unique } from "../../core/schema.ts";

/** Consul's `datacenter`. */
export const datacenter = nameSchema;

/** 1 (default: a dead leader is replaced within some 5 s) to 10 (for slow or loaded links). */
export const raftMultiplier = count(1, 10);

const isServer = (value: string) => isIP(value) > 0 || (/:\d{1,5}$/.test(value) && isIPv4(value.replace(/:\d+$/, "")));
/** A DNS server that Consul asks. */
export const recursor = z.string().refine(isServer, 'expected the address of a DNS server, such as "10.1.0.53"');

/** As Go writes durations, in one unit. */
const goDuration = /^\d+(\.\d+)?(ms|s|m|h)$/;
const interval = z
  .string()
  .refine(
    (value) => goDuration.test(value) && Number.parseFloat(value) > 0,
    'expected a duration above 0 as Consul writes it, such as "2s"',
  );
/** For how long an answer may be believed; 0 is not at all. */
export const ttl = z.string().regex(goDuration, 'expected a duration as Consul writes it, such as "0s" or "1s"');

/** A service that Consul names. */
export const registration = z.strictObject({
  name: labelSchema,
  tags: z.array(lineSchema).optional(),
  hosts: hostsSchema,
  port: portSchema,
  check: z
    .strictObject({
      about: lineSchema.optional(),
      script: z.string().min(1, "expected the text of a script").optional(),
      http: z
        .url({ protocol: /^https?$/, error: 'expected an address, such as "http://127.0.0.1:8080/health"' })
        .optional(),
      interval,
      timeout: interval,
      files: z
        .record(
          z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected the name of a file, without a folder"),
          input(z.string()),
        )
        .optional(),
    })
    .superRefine(({ script, http }, { addIssue }) => {
      if ((script === undefined) !== (http === undefined)) return;
      const message = "expected either this address or a script, by which Consul asks";
      addIssue({ code: "custom", path: ["http"], input: http, message });
    }),
});

export const registrations = unique(z.array(registration), ({ name }) => name);

/** Consul refuses to start with a key of another length. */
export const gossipKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, "expected 32 bytes in base64, as `openssl rand -base64 32` makes them");
