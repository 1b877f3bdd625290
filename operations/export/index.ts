import { shellText } from "../../hosts/sshCommand.ts";
import { createCommand, type RecordedContainer } from "./container.ts";

export type { RecordedContainer, RecordedFile } from "./container.ts";

/** A network that containers of the record are in: a lab has some, real hosts have none. */
export interface RecordedNetwork {
  name: string;
  subnet: string;
  gateway?: string;
  options: Record<string, string>;
}

/** What is recorded of an environment, in the order in which it was made. */
export interface Recorded {
  environment: string;
  containers: RecordedContainer[];
  networks: RecordedNetwork[];
}

/** A file of the exported folder. */
export interface ExportedFile {
  /** Relative to the folder. */
  path: string;
  content: string | Buffer;
  mode: number;
}

const TEXT = 0o644;
const SECRET = 0o600;
const SCRIPT = 0o700;

/**
 * An environment as plain files: of each service its configuration, and a script that makes its container of them with `docker` alone; a
 * script for each host; a README. Secrets are in files of mode 0600, which the README names.
 */
export function exported(recorded: Recorded): ExportedFile[] {
  const hosts = Map.groupBy(recorded.containers, ({ host }) => host);
  return [
    { path: "README.md", content: readme(recorded), mode: TEXT },
    ...(recorded.networks.length > 0 ? [{ path: "networks", content: networksScript(recorded), mode: SCRIPT }] : []),
    ...[...hosts].map(([host, own]) => ({ path: `${host}/start`, content: hostScript(own), mode: SCRIPT })),
    ...recorded.containers.flatMap((container) => [
      { path: `${folderOf(container)}/start`, content: serviceScript(container), mode: SCRIPT },
      ...container.files.map(({ path, content, secret }) => ({
        path: `${folderOf(container)}/files${path}`,
        content,
        mode: secret ? SECRET : TEXT,
      })),
    ]),
  ];
}

const folderOf = ({ host, service }: RecordedContainer) => `${host}/${service}`;
const docker = (args: readonly string[]) => `docker ${shellText(args)}`;
const head = "#!/bin/sh\nset -eu\n";

/** Files go in before the first process starts, each with its own mode and root as its owner; folders stay as they are in the image. */
function serviceScript(container: RecordedContainer): string {
  const { name, files } = container;
  const { create, connect, left } = createCommand(container);
  const relative = files.map(({ path }) => path.slice(1));
  const copying =
    files.length === 0
      ? []
      : [
          'staging=$(mktemp -d)\ntrap \'rm -rf "$staging"\' EXIT\ncp -R files/. "$staging"',
          ...files.map(({ mode }, index) => `chmod ${mode} "$staging"/${shellText([relative[index]!])}`),
          `tar -C "$staging" --owner=0 --group=0 --numeric-owner -cf - ${shellText(relative)} | docker cp - ${shellText([`${name}:/`])}`,
        ];
  return [
    `${head}# Makes the container ${name}, and starts it. One of that name must be gone: docker stop ${name} && docker rm ${name}`,
    ...left.map((input) => `# Not carried over, since docker create has no option for it: ${input}`),
    'cd "$(dirname "$0")"',
    docker(create),
    ...copying,
    ...connect.map(docker),
    docker(["start", name]),
    "",
  ].join("\n");
}

function hostScript(containers: readonly RecordedContainer[]): string {
  const starts = containers.map(({ service }) => `./${service}/start`);
  return `${head}# All of this host, in the order in which it was made.\ncd "$(dirname "$0")"\n${starts.join("\n")}\n`;
}

function networksScript({ networks }: Recorded): string {
  const lines = networks.map(({ name, subnet, gateway, options }) => {
    const given = Object.entries(options).flatMap(([key, value]) => ["--opt", `${key}=${value}`]);
    const create = [
      "network",
      "create",
      "--subnet",
      subnet,
      ...(gateway ? ["--gateway", gateway] : []),
      ...given,
      name,
    ];
    return `docker network inspect ${shellText([name])} >/dev/null 2>&1 || ${docker(create)}`;
  });
  return `${head}${lines.join("\n")}\n`;
}

function readme({ environment, containers, networks }: Recorded): string {
  const hosts = [...new Set(containers.map(({ host }) => host))];
  const images = [...new Set(containers.map(({ image }) => image))].toSorted();
  const secrets = containers.flatMap((container) =>
    container.files.filter(({ secret }) => secret).map(({ path }) => `- \`${folderOf(container)}/files${path}\``),
  );
  const left = containers.flatMap((container) =>
    createCommand(container).left.map((input) => `- \`${folderOf(container)}\`: \`${input}\``),
  );
  return `# ${environment}, without Trivet

What Trivet made, as plain files: of each service its configuration (\`<host>/<service>/files\`, at the paths in its container) and the \`docker\` commands
that make the container of it (\`<host>/<service>/start\`). Nothing here asks Trivet or Pulumi. Written from what was recorded at the last \`trivet up\`.

**What runs now goes on as it is**, also with Trivet gone: Docker starts it again after a restart of the machine. These files are for the day on
which something is to be changed or made anew.

## To make a service anew by hand

1. Copy the folder of the host to that host, for root alone: \`rsync -a --chmod=go= <host>/ root@<host>:/etc/${environment}/\`
2. There: \`docker stop <container> && docker rm <container>\`. Its data is on named volumes, which stay; \`docker rm -v\` leaves those, too.
3. \`/etc/${environment}/<service>/start\` makes it again, with what you changed under \`files\`.

One host at a time, and with a database node wait until it is back: \`docker exec <container> health\` ends with 0. ${
    networks.length > 0 ? "Its networks must be there before (`./networks`). " : ""
  }\`<host>/start\` makes a whole host, in this order: ${[...new Set(containers.map(({ service }) => service))].join(", ")}.
All database nodes down at once: start them all; they find out by themselves which one has the newest data.

## What is not in these files

- Data: it is on the named volumes (\`docker volume ls --filter label=io.trivet.environment=${environment}\`). Copy it by each service's own means.
- Images: they are on the hosts. Keep them, since no registry has Trivet's own: \`docker image save <image> | gzip > <file>\`.
${images.map((image) => `  - \`${image}\``).join("\n")}
- Certificates and keys are not renewed by anybody any more, and passwords not changed.
${left.length > 0 ? `- What \`docker create\` has no option for:\n${left.map((line) => `  ${line}`).join("\n")}\n` : ""}
## Secrets

${secrets.length > 0 ? `Mode 0600 here; in the container each has the mode that its \`start\` gives it.\n\n${secrets.join("\n")}` : "None are recorded."}

## Hosts

${hosts
  .map(
    (host) =>
      `- ${host}: ${containers
        .filter((each) => each.host === host)
        .map(({ service, name }) => `${service} (\`${name}\`)`)
        .join(", ")}`,
  )
  .join("\n")}
`;
}
