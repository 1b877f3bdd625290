import { readFile } from "node:fs/promises";
import { isSecret, type ResourceState, stripSecrets, type Value } from "../../engine/index.ts";
import type { Recorded, RecordedContainer, RecordedFile } from "../../operations/export/index.ts";

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
  const made = typed(resources, "docker:index/container:Container");
  const names = new Map(made.map(({ id, inputs }) => [`container:${id}`, `container:${plain(inputs.name)}`]));
  const settings = Map.groupBy(typed(resources, "trivet:index:ConfigFiles"), ({ inputs }) =>
    String(plain(inputs.container)),
  );
  const containers = made.map(async (resource): Promise<RecordedContainer> => {
    const inputs = plain(resource.inputs);
    const labels = Object.fromEntries(
      (inputs.labels ?? []).map(({ label, value }: Record<string, string>) => [label, value]),
    );
    const later = (settings.get(inputs.name) ?? []).flatMap((each) => settingsFiles(each.inputs));
    return {
      name: inputs.name,
      image: images.get(inputs.image) ?? inputs.image,
      host: labels["io.trivet.host"] ?? "others",
      service: labels["io.trivet.service"] ?? inputs.name,
      inputs: { ...inputs, networkMode: names.get(inputs.networkMode) ?? inputs.networkMode },
      files: [...(await Promise.all(items(resource.inputs.uploads).map(uploadedFile))), ...later],
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

// biome-ignore lint/suspicious/noExplicitAny: inputs of any resource
const plain = (value: Value | undefined): any => (value === undefined ? undefined : stripSecrets({ value }).value);

/** The items of a list, each a secret where the list is one. */
function items(list: Value | undefined): { item: Record<string, Value>; secret: boolean }[] {
  const secret = isSecret(list);
  const found = (secret ? plain(list) : (list ?? [])) as Value[];
  return found.map((item) => ({
    item: (isSecret(item) ? plain(item) : item) as Record<string, Value>,
    secret: secret || isSecret(item),
  }));
}

async function uploadedFile({ item, secret }: { item: Record<string, Value>; secret: boolean }): Promise<RecordedFile> {
  const { file, content, contentBase64, source, executable, permissions } = plain(item);
  return {
    path: file.startsWith("/") ? file : `/${file}`,
    content: content || (contentBase64 ? Buffer.from(contentBase64, "base64") : source ? await readFile(source) : ""),
    mode: permissions || (executable ? "0744" : "0644"),
    secret: secret || isSecret(item.content) || isSecret(item.contentBase64),
  };
}

/** Files that a running service takes in place: to a new container they are given before it starts. */
function settingsFiles(inputs: Record<string, Value>): RecordedFile[] {
  const whole = isSecret(inputs.files);
  const files = (whole ? plain(inputs.files) : inputs.files) as Record<string, Value>;
  return Object.entries(files).map(([path, content]) => ({
    path: `${plain(inputs.folder)}/${path}`,
    content: plain(content),
    mode: "0644",
    secret: whole || isSecret(content),
  }));
}
