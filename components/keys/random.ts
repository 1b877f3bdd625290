import * as pulumi from "@pulumi/pulumi";
import { kept } from "./kept.ts";

interface RandomInputs {
  bytes: number;
  encoding: "hex" | "base64";
}

// Pulumi serialises these functions into the state: they may capture nothing, hence the import inside.
const provider: pulumi.dynamic.ResourceProvider<RandomInputs, RandomInputs & { value: string }> = {
  async create(inputs) {
    const { randomBytes, randomUUID } = await import("node:crypto");
    return { id: randomUUID(), outs: { ...inputs, value: randomBytes(inputs.bytes).toString(inputs.encoding) } };
  },
  async diff(_id, olds, news) {
    const replaces = (["bytes", "encoding"] as const).filter((key) => olds[key] !== news[key]);
    return { changes: replaces.length > 0, replaces };
  },
};

class Random extends pulumi.dynamic.Resource {
  declare readonly value: pulumi.Output<string>;
  constructor(name: string, inputs: RandomInputs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { value: undefined, ...inputs }, kept("value", opts));
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
