import * as pulumi from "@pulumi/pulumi";
import { kept } from "./kept.ts";

/** Fifteen years, as Icinga's own `pki new-ca` gives: a certificate here is made once and kept. */
const validityDays = 15 * 365;

interface AuthorityInputs {
  commonName: string;
  days: number;
}

interface CertificateInputs {
  commonName: string;
  dnsNames: string[];
  ipAddresses: string[];
  days: number;
  authorityCertificate: string;
  authorityKey: string;
}

type CertificateOutputs = Omit<CertificateInputs, "authorityKey"> & KeyPair;

interface KeyPair {
  certificate: string;
  privateKey: string;
}

// Pulumi serialises these functions into the state: they may capture each other and plain values, but nothing imported.

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function libraries() {
  // @peculiar/x509 wants this polyfill loaded before itself.
  await import("reflect-metadata");
  return { x509: await import("@peculiar/x509"), crypto: (await import("node:crypto")).webcrypto };
}

/** From a day ago, so that a host whose clock is somewhat slow does not find it "not yet valid". */
function validity(days: number) {
  const day = 86_400_000;
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + days * day) };
}

async function newKeys() {
  const { x509, crypto } = await libraries();
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { keys, privateKey: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n` };
}

const authorityProvider: pulumi.dynamic.ResourceProvider<AuthorityInputs, AuthorityInputs & KeyPair> = {
  async create(inputs) {
    const { x509, crypto } = await libraries();
    const { keys, privateKey } = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: [{ CN: [inputs.commonName] }],
      ...validity(inputs.days),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return {
      id: crypto.randomUUID(),
      outs: { ...inputs, certificate: `${certificate.toString("pem")}\n`, privateKey },
    };
  },
  async diff(_id, olds, news) {
    const replaces = (["commonName", "days"] as const).filter((key) => olds[key] !== news[key]);
    return { changes: replaces.length > 0, replaces };
  },
};

const certificateProvider: pulumi.dynamic.ResourceProvider<CertificateInputs, CertificateOutputs> = {
  async create({ authorityKey, ...inputs }) {
    const { x509, crypto } = await libraries();
    const authority = new x509.X509Certificate(inputs.authorityCertificate);
    const pkcs8 = x509.PemConverter.decodeFirst(authorityKey);
    const signingKey = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
    const { keys, privateKey } = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [inputs.commonName] }],
      issuer: authority.subjectName,
      ...validity(inputs.days),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...inputs.dnsNames.map((value) => ({ type: "dns" as const, value })),
          ...inputs.ipAddresses.map((value) => ({ type: "ip" as const, value })),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
      ],
    });
    return {
      id: crypto.randomUUID(),
      outs: { ...inputs, certificate: `${certificate.toString("pem")}\n`, privateKey },
    };
  },
  async diff(_id, olds, news) {
    const plain = (["commonName", "days", "authorityCertificate"] as const).filter((key) => olds[key] !== news[key]);
    const lists = (["dnsNames", "ipAddresses"] as const).filter((key) => olds[key].join() !== news[key].join());
    const replaces = [...plain, ...lists];
    return { changes: replaces.length > 0, replaces };
  },
};

/** A certificate authority of its own (ECDSA P-256, 15 years), made once and kept; the key is a secret of the stack. */
export class CertificateAuthority extends pulumi.dynamic.Resource {
  /** PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** PKCS #8, PEM. */
  declare readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: { commonName: string }, opts?: pulumi.CustomResourceOptions) {
    const inputs = { commonName: args.commonName, days: validityDays };
    super(
      authorityProvider,
      name,
      { certificate: undefined, privateKey: undefined, ...inputs },
      kept("privateKey", opts),
    );
  }
}

class Certificate extends pulumi.dynamic.Resource {
  declare readonly certificate: pulumi.Output<string>;
  declare readonly privateKey: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super(
      certificateProvider,
      name,
      { certificate: undefined, privateKey: undefined, ...inputs },
      kept("privateKey", opts),
    );
  }
}

export interface CertificateArgs {
  authority: CertificateAuthority;
  /** Subject; also the first DNS name. */
  commonName: string;
  /** More DNS names. */
  dnsNames?: string[];
  ipAddresses?: string[];
}

/**
 * A certificate for servers and clients alike (ECDSA P-256, 15 years), signed by `authority`, made once and kept. Both
 * parts are PEM; the private key is a secret of the stack.
 */
export function certificate(
  name: string,
  args: CertificateArgs,
  opts?: pulumi.CustomResourceOptions,
): { certificate: pulumi.Output<string>; privateKey: pulumi.Output<string> } {
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
