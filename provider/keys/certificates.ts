import { webcrypto as crypto, randomUUID } from "node:crypto";
import { z } from "zod";
import type {
  AuthorityInputs,
  CertificateInputs,
  CertificateOutputs,
  KeyPair,
} from "../../components/keys/certificates.ts";
import type { Kind } from "../kind.ts";

/** Of validity. */
const days = z.number().positive();

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Loaded only when a certificate is made, which is once in fifteen years. */
async function library() {
  // @peculiar/x509 wants this polyfill loaded before itself.
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** From a day ago, so that a host whose clock is somewhat slow does not find it "not yet valid". */
function validity(days: number) {
  const day = 86_400_000;
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + days * day) };
}

async function newKeys() {
  const x509 = await library();
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { keys, privateKey: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n` };
}

/** Makes a certificate authority of its own. */
export const certificateAuthority: Kind<AuthorityInputs, AuthorityInputs & KeyPair> = {
  inputs: z.strictObject({ commonName: z.string().min(1), days }),
  replaces: ["commonName", "days"],
  computed: ["certificate", "privateKey"],
  async create(inputs) {
    const x509 = await library();
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
      id: randomUUID(),
      outputs: { ...inputs, certificate: `${certificate.toString("pem")}\n`, privateKey },
    };
  },
};

/** Makes a key, and has an authority sign for it. */
export const certificate: Kind<CertificateInputs, CertificateOutputs> = {
  inputs: z.strictObject({
    commonName: z.string().min(1),
    dnsNames: z.array(z.string()),
    ipAddresses: z.array(z.string()),
    days,
    authorityCertificate: z.string(),
    authorityKey: z.string(),
  }),
  replaces: ["commonName", "days", "authorityCertificate", "dnsNames", "ipAddresses"],
  computed: ["certificate", "privateKey"],
  hidden: ["authorityKey"],
  async create({ authorityKey, ...inputs }) {
    const x509 = await library();
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
      id: randomUUID(),
      outputs: { ...inputs, certificate: `${certificate.toString("pem")}\n`, privateKey },
    };
  },
};
