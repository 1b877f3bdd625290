import type { ProvidedKind } from "../components/provided.ts";
import type { Props } from "../engine/wire/values.ts";
import { gossipKey, retiredGossipKeys } from "./consul/keyring.ts";
import { configFiles } from "./files.ts";
import { membership } from "./galera/membership.ts";
import { retiredPasswords } from "./galera/passwords.ts";
import { wholeCluster } from "./galera/whole.ts";
import { healthGate } from "./health.ts";
import { presentImage } from "./image.ts";
import { certificate, certificateAuthority } from "./keys/certificates.ts";
import { stateIdentity } from "./keys/identity.ts";
import { random } from "./keys/random.ts";
import type { Kind } from "./kind.ts";

const all = {
  Certificate: certificate,
  CertificateAuthority: certificateAuthority,
  ConfigFiles: configFiles,
  GossipKey: gossipKey,
  HealthGate: healthGate,
  Membership: membership,
  PresentImage: presentImage,
  Random: random,
  RetiredGossipKeys: retiredGossipKeys,
  RetiredPasswords: retiredPasswords,
  StateIdentity: stateIdentity,
  WholeCluster: wholeCluster,
} satisfies Record<ProvidedKind, unknown>;

/** A kind as the wire has it: what its inputs are was checked. */
export type WireKind = Kind<Props>;

/** Every kind, by its token. */
export const kinds: Record<string, WireKind> = Object.fromEntries(
  Object.entries(all).map(([name, kind]) => [`trivet:index:${name}`, kind as unknown as WireKind]),
);
