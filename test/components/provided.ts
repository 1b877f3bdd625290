import * as pulumi from "@pulumi/pulumi";
import type { Props } from "../../engine/wire/values.ts";
import { TrivetProvider } from "../../provider/provider.ts";

const { unwrapRpcSecret } = pulumi.runtime;

/** Inputs as Trivet's provider sees them: it does not take secrets, so the engine unwraps them. */
export const unwrapped = (inputs: pulumi.Inputs): pulumi.Inputs =>
  Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, unwrapRpcSecret(value)]));

/** Mocks under which every resource echoes its inputs. */
export const echoMocks: pulumi.runtime.Mocks = {
  async newResource({ name, inputs }) {
    return { id: `${name}-id`, state: inputs };
  },
  async call({ inputs }) {
    return inputs;
  },
};

/** Mocks under which Trivet's own resources are really made, and the others echo. */
export const workingMocks: pulumi.runtime.Mocks = {
  ...echoMocks,
  async newResource(args) {
    const { type, name, inputs } = args;
    if (!type.startsWith("trivet:index:")) return echoMocks.newResource(args);
    const { id, outputs } = await new TrivetProvider().create({ type, name }, unwrapped(inputs) as Props, false);
    return { id, state: outputs };
  },
};
