import * as pulumi from "@pulumi/pulumi";
import { type ContainerAddress, run } from "./exec.ts";

interface Inputs extends ContainerAddress {
  /** By which a replaced container is waited for again. */
  containerId: string;
  /** Seconds. */
  timeout: number;
}

async function waitUntilFit(inputs: Inputs): Promise<void> {
  const { default: retry } = await import("p-retry");
  const look = async () => {
    const { code, output } = await run(inputs, ["health"]);
    if (code !== 0) throw new Error(output || `health ended with ${code}`);
  };
  const interval = 500;
  try {
    await retry(look, {
      retries: (inputs.timeout * 1000) / interval,
      factor: 1,
      minTimeout: interval,
      maxRetryTime: inputs.timeout * 1000,
    });
  } catch (error) {
    throw new Error(
      `${inputs.container} was not fit within ${inputs.timeout} s, so nothing that depends on it is touched. ` +
        `Its last word: ${(error as Error).message}`,
    );
  }
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    await waitUntilFit(inputs);
    return { id: inputs.container, outs: inputs };
  },
  async update(_id, _olds, news) {
    await waitUntilFit(news);
    return { outs: news };
  },
  async diff(_id, olds, news) {
    return {
      changes:
        olds.containerId !== news.containerId || olds.endpoint !== news.endpoint || olds.container !== news.container,
      replaces: olds.container === news.container ? [] : ["container"],
    };
  },
};

/**
 * Waits until a container's own `health` script says that it is fit. What depends on it is created, changed or removed only
 * then: so a plain `pulumi up` takes one node of a cluster at a time. It costs nothing once it holds, where Docker's
 * HEALTHCHECK would start a process in every container every few seconds for ever (docs/decisions/0003).
 */
export class HealthGate extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: ContainerAddress & { containerId: pulumi.Input<string>; timeout: number },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(provider, name, { ...args }, opts);
  }
}
