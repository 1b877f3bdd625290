import * as pulumi from "@pulumi/pulumi";
import { unwrapped } from "./provided.ts";

type Made = pulumi.runtime.MockResourceArgs;

/** Mocks under which nothing is done; what was asked for, and in which order, is recorded. */
export async function recordingMocks() {
  const made: Made[] = [];
  const order: string[] = [];
  await pulumi.runtime.setMocks({
    async newResource(args) {
      made.push(args);
      order.push(`${args.name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push(`${args.name} is there`);
      return { id: `${args.name}-id`, state: { value: `generated for ${args.name}`, ...args.inputs } };
    },
    async call({ inputs }) {
      return inputs;
    },
  });
  /** The latest of that name. */
  const one = (name: string): Made => {
    const found = made.findLast((candidate) => candidate.name === name);
    if (!found) throw new Error(`${name} is not among ${made.map((candidate) => candidate.name).join(", ")}`);
    return found;
  };
  return {
    /** Children are registered in the background: waits until no more come. */
    async settled(): Promise<void> {
      for (let before = -1; before !== made.length; ) {
        before = made.length;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
    kinds: () => made.map(({ type, name }) => `${type} ${name}`),
    names: () => made.map(({ name }) => name),
    inputs: (name: string): pulumi.Inputs => unwrapped(one(name).inputs),
    /** Uploaded files of a container: content by path. */
    files: (name: string): Record<string, string> =>
      Object.fromEntries(
        unwrapped(one(name).inputs).uploads.map((upload: { file: string; content: unknown }) => [
          upload.file,
          pulumi.runtime.unwrapRpcSecret(upload.content),
        ]),
      ),
    /** A resource that waits for another begins when that is there. */
    before: (first: string, second: string): boolean =>
      order.indexOf(`${first} is there`) >= 0 && order.indexOf(`${first} is there`) < order.indexOf(`${second} begins`),
  };
}
