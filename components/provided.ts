import * as pulumi from "@pulumi/pulumi";

/** Values, any of which may come from another resource. */
export type Given<T> = { [Key in keyof T]: pulumi.Input<T[Key]> };

/** The kinds of Trivet's own provider; what each does is in `provider/`. */
export type ProvidedKind =
  | "Certificate"
  | "CertificateAuthority"
  | "ConfigFiles"
  | "GossipKey"
  | "HealthGate"
  | "Membership"
  | "PresentImage"
  | "Random"
  | "RetiredGossipKeys"
  | "RetiredPasswords"
  | "StateIdentity"
  | "WholeCluster";

/** A resource of Trivet's own provider, which a project finds by `plugins.providers` of its Pulumi.yaml. */
export abstract class Provided extends pulumi.CustomResource {
  /** @param props the inputs, and undefined for each output that is none */
  constructor(kind: ProvidedKind, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    // Earlier versions made it a dynamic resource, which is taken over under this name (docs/decisions/0030).
    const type = "pulumi-nodejs:dynamic:Resource";
    // One that has another name since then may still have both from before.
    const renamed = (opts?.aliases ?? []).filter((alias) => typeof alias === "object" && "name" in alias);
    const aliases = [{ type }, ...renamed.map((alias) => ({ ...(alias as pulumi.Alias), type }))];
    super(`trivet:index:${kind}`, name, props, pulumi.mergeOptions(opts, { aliases }));
  }
}
