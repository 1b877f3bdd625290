import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { execa } from "execa";
import { CertificateAuthority, certificate } from "../../../components/keys/certificates.ts";
import type { Props } from "../../../engine/wire/values.ts";
import { TrivetProvider } from "../../../provider/provider.ts";
import { unwrapped, workingMocks } from "../provided.ts";

const recorded: pulumi.runtime.MockResourceArgs[] = [];
await pulumi.runtime.setMocks({
  ...workingMocks,
  newResource(args) {
    recorded.push(args);
    return workingMocks.newResource(args);
  },
});

const value = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

const authority = new CertificateAuthority("ca", { commonName: "Icinga CA" });
const node = certificate("mon1", { authority, commonName: "mon1", ipAddresses: ["198.18.1.31"] });
const subject = { type: "trivet:index:Certificate", name: "mon1" };
const asked = () => unwrapped(recorded.find(({ name }) => name === "mon1")!.inputs) as Props;
const pem = { authority: "", authorityKey: "", node: "", nodeKey: "" };

test.before(async () => {
  pem.authority = await value(authority.certificate);
  pem.authorityKey = await value(authority.privateKey);
  pem.node = await value(node.certificate);
  pem.nodeKey = await value(node.privateKey);
});

test("the authority signs itself and may sign others", (t) => {
  const ca = new X509Certificate(pem.authority);
  t.true(ca.ca);
  t.is(ca.subject, "CN=Icinga CA");
  t.true(ca.verify(ca.publicKey));
  t.true(ca.checkPrivateKey(createPrivateKey(pem.authorityKey)));
});

test("a certificate is its authority's, for its names, with a key of its own", (t) => {
  const ca = new X509Certificate(pem.authority);
  const leaf = new X509Certificate(pem.node);
  t.false(leaf.ca);
  t.true(leaf.checkIssued(ca));
  t.true(leaf.verify(ca.publicKey));
  t.is(leaf.subject, "CN=mon1");
  t.is(leaf.subjectAltName, "DNS:mon1, IP Address:198.18.1.31");
  t.true(leaf.checkPrivateKey(createPrivateKey(pem.nodeKey)));
});

test("OpenSSL, which Icinga verifies with, accepts the chain for both purposes", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-certificates-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "ca.crt"), pem.authority);
  await writeFile(join(folder, "node.crt"), pem.node);
  for (const purpose of ["sslserver", "sslclient"]) {
    const args = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", "ca.crt", "node.crt"];
    const { stdout } = await execa("openssl", args, { cwd: folder });
    t.is(stdout, "node.crt: OK");
  }
});

test("the key is a secret, and the authority's key is not repeated in what it signs", async (t) => {
  t.true(await pulumi.isSecret(node.privateKey));
  const { outputs } = await new TrivetProvider().create(subject, asked(), false);
  t.false("authorityKey" in outputs);
});

test("a certificate is replaced when its names or its authority change, and for nothing else", (t) => {
  const outputs = asked();
  const replaces = (news: Props) =>
    new TrivetProvider()
      .diff(subject, { inputs: {}, outputs }, { ...outputs, ...news })
      .changes.map(({ property, replaces }) => [property, replaces]);
  t.deepEqual(replaces({}), []);
  t.deepEqual(replaces({ authorityKey: "another" }), []);
  t.deepEqual(replaces({ ipAddresses: ["198.18.1.32"] }), [["ipAddresses", true]]);
  t.deepEqual(replaces({ authorityCertificate: "" }), [["authorityCertificate", true]]);
});
