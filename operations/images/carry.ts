import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import pRetry from "p-retry";
import { Failure, UserError } from "../../core/errors.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { openBackPort } from "../../hosts/ssh.ts";
import { followed, type Progress, partsOf, type Stored } from "./registry.ts";

/** Bytes as people read them. */
export const bytesText = (bytes: number): string =>
  bytes < 1_000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Brings images to a host: its own Docker daemon takes from the registry on this machine, through the host's SSH connection, the layers that
 * it does not have. After a break it goes on.
 *
 * @returns bytes that went to the host
 */
export async function carry(
  endpoint: string,
  registry: number,
  images: readonly Stored[],
  say: (at: string) => void,
): Promise<number> {
  const meter = await startMeter(registry);
  try {
    for (const [index, image] of images.entries()) {
      const at = `${index + 1} of ${images.length}, ${image.image}`;
      await pRetry(() => take(endpoint, meter.port, image, (layer) => say(`${at}: ${layer}`)), {
        retries: 2,
        minTimeout: 1_000,
        shouldRetry: ({ error }) => !(error instanceof UserError),
      });
    }
    return meter.bytes();
  } finally {
    meter.close();
  }
}

async function take(endpoint: string, port: number, stored: Stored, say: (layer: string) => void): Promise<void> {
  const { image, id, digest } = stored;
  const docker = dockerAt(endpoint);
  const { repository, tag } = partsOf(image);
  const back = await openBackPort(endpoint, port);
  try {
    const name = `127.0.0.1:${back.port}/${repository}@${digest}`;
    await followed(docker, await docker.pull(name), layersText(say));
    await docker.getImage(name).tag({ repo: repository, tag });
    await docker.getImage(name).remove();
  } finally {
    await back.close().catch(() => {});
  }
  const { Id } = await docker.getImage(image).inspect();
  // A daemon with containerd's image store calls an image by its manifest.
  if (Id !== id && Id !== digest) {
    throw new Failure(`The image ${image} came to ${endpoint} as ${Id}, and is ${id} on this machine.`);
  }
}

/** The layers that are under way, as one line. */
function layersText(say: (text: string) => void): (at: Progress) => void {
  const layers = new Map<string, { current: number; total: number }>();
  return ({ id, status, progressDetail }) => {
    if (!id || status !== "Downloading" || !progressDetail?.total) return;
    layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    const sum = (key: "current" | "total") => [...layers.values()].reduce((all, layer) => all + layer[key], 0);
    say(`${bytesText(sum("current"))} of ${bytesText(sum("total"))}`);
  };
}

/** A port that leads to another one of this machine, and counts what comes from there. */
async function startMeter(target: number): Promise<{ port: number; bytes(): number; close(): void }> {
  let bytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => [client, upstream].map((end) => end.destroy()));
      socket.on("close", () => sockets.delete(socket));
    }
    upstream.on("data", (chunk) => {
      bytes += chunk.length;
    });
    client.pipe(upstream);
    upstream.pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => bytes,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
