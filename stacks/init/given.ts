import { z } from "zod";
import { sourceSchema } from "../../components/chrony/settings.ts";
import { webAddress } from "../../components/icinga/recipients.ts";
import { addressSchema, endpointSchema, portSchema, serverAddressSchema, subnetSchema } from "../../core/address.ts";
import { UserError } from "../../core/errors.ts";
import { nameSchema } from "../../core/names.ts";
import { report } from "../../core/problem.ts";
import { schemaProblems } from "../../core/schema.ts";

/** What may be said of a new environment beforehand: by the flags of `trivet init`, or as YAML by the same names. */

/** In YAML one need not be in a list. */
const list = <T extends z.ZodType>(schema: T) =>
  z.preprocess((given) => (typeof given === "string" ? [given] : given), z.array(schema)).optional();
const text = z.string().min(1, "expected a text that is not empty");

/** `name=value`, as a flag gives it, to its parts. */
const pair = (expected: string) =>
  z.string().transform((given, context) => {
    const [name = "", value = "", ...rest] = given.split("=").map((part) => part.trim());
    if (name && value && rest.length === 0) return [name, value] as const;
    context.issues.push({ code: "custom", message: expected, input: given });
    return z.NEVER;
  });

const domain = pair('expected a name and a subnet, such as "north=10.1.0.0/24"').pipe(
  z.tuple([nameSchema, subnetSchema]),
);
const place = pair('expected a group and a domain, such as "site_berlin=north"').pipe(z.tuple([text, nameSchema]));

const host = z.string().transform((given, context) => {
  const [name = "", address = "", endpoint, ...rest] = given.split("=").map((part) => part.trim());
  const parsed = z
    .object({ name: nameSchema, address: addressSchema, endpoint: endpointSchema.optional() })
    .safeParse({ name, address, endpoint });
  if (parsed.success && rest.length === 0) return parsed.data;
  const message = 'expected "name=address" or "name=address=endpoint", such as "db1=10.1.0.11=ssh://admin@10.1.0.11"';
  context.issues.push({ code: "custom", message, input: given });
  return z.NEVER;
});

export const givenSchema = z.strictObject({
  /** Whether the hosts are made on this machine. */
  lab: z.boolean().optional(),
  domain: list(domain),
  host: list(host),
  sshUser: text.optional(),
  inventory: list(text),
  hostsFile: list(text),
  place: list(place),
  ntp: list(sourceSchema),
  dns: list(serverAddressSchema),
  notify: webAddress.optional(),
  port: portSchema.optional(),
});
export type Given = z.output<typeof givenSchema>;

/** @throws {UserError} with every problem at once */
export function readGiven(title: string, given: unknown): Given {
  const problems = schemaProblems(givenSchema, given);
  if (problems.length === 0) return givenSchema.parse(given);
  const where = (path: readonly PropertyKey[]) =>
    path.length === 0
      ? "the answers"
      : `${flagOf(String(path[0]))}${path.length > 1 ? ` (${Number(path[1]) + 1})` : ""}`;
  throw new UserError(
    report(
      title,
      problems.map(({ path, ...problem }) => ({ where: where(path), ...problem })),
    ),
  );
}

const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
