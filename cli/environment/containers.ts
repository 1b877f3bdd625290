import { readFile } from "node:fs/promises";
import type { ResourceState } from "../../engine/index.ts";
import type { Recorded, RecordedContainer } from "../../operations/export/index.ts";
import { CONFIG_FILES, CONTAINER, filesOf, plain } from "./recordedFiles.ts";

const typed = (resources: readonly ResourceState[], type: string) =>
  resources.filter((resource) => resource.type === type && !resource.delete);

/** The containers of an environment with their files, as a state with its secrets opened records them. */
export async function recordedContainers(environment: string, resources: readonly ResourceState[]): Promise<Recorded> {
  const images = new Map(
    typed(resources, "docker:index/remoteImage:RemoteImage").map(({ inputs, outputs }) => [
      String(plain(outputs.imageId)),
      String(plain(inputs.name)),
    ]),
  );
  const made = typed(resources, CONTAINER);
  const names = new Map(made.map(({ id, inputs }) => [`container:${id}`, `container:${plain(inputs.name)}`]));
  const settings = Map.groupBy(typed(resources, CONFIG_FILES), ({ inputs }) => String(plain(inputs.container)));
  const containers = made.map(async (resource): Promise<RecordedContainer> => {
    const inputs = plain(resource.inputs);
    const labels = Object.fromEntries(
      (inputs.labels ?? []).map(({ label, value }: Record<string, string>) => [label, value]),
    );
    const files = [resource, ...(settings.get(inputs.name) ?? [])]
      .flatMap(filesOf)
      .map(async ({ source, ...file }) => ({
        ...file,
        content: file.content ?? (await readFile(source!)),
      }));
    return {
      name: inputs.name,
      image: images.get(inputs.image) ?? inputs.image,
      host: labels["io.trivet.host"] ?? "others",
      service: labels["io.trivet.service"] ?? inputs.name,
      inputs: { ...inputs, networkMode: names.get(inputs.networkMode) ?? inputs.networkMode },
      files: await Promise.all(files),
    };
  });
  return {
    environment,
    containers: await Promise.all(containers),
    networks: typed(resources, "docker:index/network:Network").map(({ inputs }) => {
      const { name, ipamConfigs = [], options = {} } = plain(inputs);
      return { name, subnet: ipamConfigs[0]?.subnet, gateway: ipamConfigs[0]?.gateway, options };
    }),
  };
}
