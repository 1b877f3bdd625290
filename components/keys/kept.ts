import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a secret that is made once. Without `ignoreChanges` the SDK replaces a dynamic resource whenever the text of
 * its provider changes, so that a mere rewording here would change every password.
 */
export function kept(secret: string, opts: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
  return {
    additionalSecretOutputs: [secret],
    ...opts,
    ignoreChanges: ["__provider", ...(opts.ignoreChanges ?? [])],
  };
}
