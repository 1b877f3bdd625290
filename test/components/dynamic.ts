import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

const { unwrapRpcSecret } = pulumi.runtime;

/**
 * The provider of a dynamic resource, out of the text that Pulumi serialised of it: what a test runs is what the
 * engine's provider process will run, captures and all.
 */
export function dynamicProvider(inputs: { __provider?: string }): pulumi.dynamic.ResourceProvider {
  const requireFromString = createRequire(import.meta.resolve("@pulumi/pulumi"))("require-from-string");
  return requireFromString(inputs.__provider).handler();
}

/** Inputs as a dynamic provider sees them: it does not take secrets, so the engine unwraps them. */
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

/** Mocks under which dynamic resources really work, and the others echo. */
export const dynamicMocks: pulumi.runtime.Mocks = {
  ...echoMocks,
  async newResource(args) {
    if (args.type !== "pulumi-nodejs:dynamic:Resource") return echoMocks.newResource(args);
    const { id, outs } = await dynamicProvider(args.inputs).create!(unwrapped(args.inputs));
    return { id: id!, state: outs };
  },
};

/** A dynamic resource as the engine's provider process has it: out of the text in the state. */
export async function inState(make: () => pulumi.CustomResource) {
  let recorded: pulumi.Inputs = {};
  await pulumi.runtime.setMocks({
    ...echoMocks,
    async newResource(args) {
      recorded = args.inputs;
      return echoMocks.newResource(args);
    },
  });
  const made = make();
  await new Promise<void>((resolve) => made.urn.apply(() => resolve()));
  return { provider: dynamicProvider(recorded), inputs: unwrapped(recorded) };
}
