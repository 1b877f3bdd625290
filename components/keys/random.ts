import * as pulumi from "@pulumi/pulumi";
import { Provided } from "../provided.ts";

export interface RandomInputs {
  bytes: number;
  encoding: "hex" | "base64";
}

class Random extends Provided {
  declare readonly value: pulumi.Output<string>;
  constructor(name: string, inputs: RandomInputs, opts?: pulumi.CustomResourceOptions) {
    super("Random", name, { value: undefined, ...inputs }, { additionalSecretOutputs: ["value"], ...opts });
  }
}

/** A password made once and kept as a secret of the stack: 48 hexadecimal digits, safe to quote in any config file. */
export function password(name: string, opts?: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return pulumi.secret(new Random(name, { bytes: 24, encoding: "hex" }, opts).value);
}

/** A 256-bit key in base64, as Consul's `encrypt` takes it, made once and kept as a secret of the stack. */
export function symmetricKey(name: string, opts?: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return pulumi.secret(new Random(name, { bytes: 32, encoding: "base64" }, opts).value);
}
