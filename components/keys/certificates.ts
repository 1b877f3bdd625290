import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { domainSchema, lineSchema } from "../../core/names.ts";
import { check } from "../check.ts";
import { type Given, Provided } from "../provided.ts";

/** Fifteen years, as Icinga's own `pki new-ca` gives: a certificate here is made once and kept. */
const validityDays = 15 * 365;

export interface AuthorityInputs {
  commonName: string;
  days: number;
}

export interface CertificateInputs {
  commonName: string;
  dnsNames: string[];
  ipAddresses: string[];
  days: number;
  authorityCertificate: string;
  authorityKey: string;
}

export type CertificateOutputs = Omit<CertificateInputs, "authorityKey"> & KeyPair;

export interface KeyPair {
  certificate: string;
  privateKey: string;
}

const outputs = { certificate: undefined, privateKey: undefined };
const secretKey = { additionalSecretOutputs: ["privateKey"] };

/** A certificate authority of its own (ECDSA P-256, 15 years), made once and kept; the key is a secret of the stack. */
export class CertificateAuthority extends Provided {
  /** PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** PKCS #8, PEM. */
  declare readonly privateKey: pulumi.Output<string>;

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: { commonName: string }, opts?: pulumi.CustomResourceOptions) {
    check(`CertificateAuthority "${name}"`, z.strictObject({ commonName: lineSchema }), args);
    const inputs = { commonName: args.commonName, days: validityDays };
    super("CertificateAuthority", name, { ...outputs, ...inputs }, { ...secretKey, ...opts });
  }
}

class Certificate extends Provided {
  declare readonly certificate: pulumi.Output<string>;
  declare readonly privateKey: pulumi.Output<string>;

  constructor(name: string, inputs: Given<CertificateInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Certificate", name, { ...outputs, ...inputs }, { ...secretKey, ...opts });
  }
}

export interface CertificateArgs {
  authority: CertificateAuthority;
  /** Subject; also the first DNS name. */
  commonName: string;
  /**
   * More DNS names.
   * @default none but commonName
   * @example ["db1.example.org"]
   */
  dnsNames?: string[];
  /**
   * IP addresses that the certificate is valid for.
   * @default none
   * @example ["10.1.0.11"]
   */
  ipAddresses?: string[];
}

const schema = z.strictObject({
  authority: z.instanceof(CertificateAuthority, { error: "expected a CertificateAuthority" }),
  commonName: lineSchema,
  dnsNames: z.array(domainSchema).optional(),
  ipAddresses: z.array(z.string().refine((value) => isIP(value) > 0, "expected an IP address")).optional(),
} satisfies Record<keyof CertificateArgs, z.ZodType>);

/**
 * A certificate for servers and clients alike (ECDSA P-256, 15 years), signed by `authority`, made once and kept. Both
 * parts are PEM; the private key is a secret of the stack.
 */
export function certificate(
  name: string,
  args: CertificateArgs,
  opts?: pulumi.CustomResourceOptions,
): { certificate: pulumi.Output<string>; privateKey: pulumi.Output<string> } {
  check(`certificate "${name}"`, schema, args);
  const made = new Certificate(
    name,
    {
      commonName: args.commonName,
      dnsNames: [...new Set([args.commonName, ...(args.dnsNames ?? [])])],
      ipAddresses: args.ipAddresses ?? [],
      days: validityDays,
      authorityCertificate: args.authority.certificate,
      authorityKey: pulumi.secret(args.authority.privateKey),
    },
    opts,
  );
  return { certificate: made.certificate, privateKey: pulumi.secret(made.privateKey) };
}
