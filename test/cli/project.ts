import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import type { Inventory } from "../../core/inventory.ts";

const top = join(import.meta.dirname, "../..");
/** What the command is made of. */
const ROOMS =
  "checks cli components core engine health hosts images lab node operations provider stacks Pulumi.yaml package.json".split(
    " ",
  );

/** A project of its own: Trivet's code, with settings and a state that are the test's. */
export interface Project {
  folder: string;
  /** Runs `trivet`, as a user would. */
  trivet(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  writeSettings(environment: string, text: string): Promise<void>;
  removeSettings(environment: string): Promise<void>;
  record(environment: string, inventory: Inventory): Promise<void>;
  remove(): Promise<void>;
}

export async function makeProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-project-"));
  const isSettings = (path: string) => /^Pulumi\..+\.yaml$/.test(basename(path));
  for (const room of ROOMS)
    await cp(join(top, room), join(folder, room), { recursive: true, filter: (path) => !isSettings(path) });
  await symlink(join(top, "node_modules"), join(folder, "node_modules"));
  const settings = (environment: string) => join(folder, `stacks/Pulumi.${environment}.yaml`);
  return {
    folder,
    async trivet(...args) {
      const env = {
        TRIVET_ENGINE: "embedded",
        PULUMI_BACKEND_URL: "",
        PULUMI_CONFIG_PASSPHRASE: "nothing of worth",
        NO_COLOR: "1",
      };
      const run = await execa(process.execPath, [join(folder, "cli/main.ts"), ...args], {
        env,
        reject: false,
        stdin: "ignore",
      });
      return { exitCode: run.exitCode ?? -1, stdout: run.stdout, stderr: run.stderr };
    },
    writeSettings: (environment, text) => writeFile(settings(environment), text),
    removeSettings: (environment) => rm(settings(environment)),
    async record(environment, inventory) {
      const stacks = join(folder, ".trivet/state/.pulumi/stacks/trivet");
      await mkdir(stacks, { recursive: true });
      await writeFile(join(stacks, `${environment}.json`), JSON.stringify(stateOf(inventory)));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The state of an environment as `up` leaves it, with its containers alone. */
function stateOf(inventory: Inventory) {
  const { environment, services } = inventory;
  const urn = (type: string, name: string) => `urn:pulumi:${environment}::trivet::${type}::${name}`;
  const STACK = "pulumi:pulumi:Stack";
  const PROVIDER = "pulumi:providers:docker";
  const CONTAINER = "docker:index/container:Container";
  const endpoints = [...new Set(services.map(({ endpoint }) => endpoint))];
  const provider = (endpoint: string) => urn(PROVIDER, `docker${endpoints.indexOf(endpoint)}`);
  const resources = [
    { urn: urn(STACK, `trivet-${environment}`), type: STACK, custom: false, outputs: { inventory } },
    ...endpoints.map((host) => ({
      ...{ urn: provider(host), type: PROVIDER, custom: true, id: "p" },
      ...{ inputs: { host, version: "5.2.0" }, outputs: { host, version: "5.2.0" } },
    })),
    ...services.map(({ container: name, endpoint }) => ({
      ...{ urn: urn(CONTAINER, name), type: CONTAINER, custom: true, id: name, provider: `${provider(endpoint)}::p` },
      ...{ inputs: { name, image: "i" }, outputs: { id: name, name, image: "i" } },
    })),
  ];
  const manifest = { time: "2026-11-30T00:00:00Z", magic: "", version: "3.260.0" };
  return { version: 3, checkpoint: { stack: `organization/trivet/${environment}`, latest: { manifest, resources } } };
}

/** A Docker daemon that has an environment's containers, as far as Trivet asks it; no command can be run in them. */
export interface Daemon {
  endpoint: string;
  /** What was done to it: `POST /containers/<name>/stop`. */
  done: string[];
  close(): void;
}

export async function fakeDaemon(environment: string, containers: readonly string[]): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-daemon-"));
  const there = new Map(containers.map((name) => [name, "running"]));
  const done: string[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "GET" && !request.url!.includes("/exec"))
      done.push(`${request.method} ${request.url!.split("?")[0]}`);
    answer(request, response, environment, there);
  });
  const path = join(folder, "docker.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  server.unref();
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `unix://${path}`, done, close };
}

function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  environment: string,
  there: Map<string, string>,
): void {
  const [path] = url!.split("?");
  const json = (body: unknown, code = 200) =>
    response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  const empty = (code: number) => response.writeHead(code).end();
  const labels = { "io.trivet.environment": environment, "io.trivet.domain": "fd1" };
  if (path === "/containers/json") {
    return void json(
      [...there].map(([name, State]) => ({
        Id: name,
        Names: [`/${name}`],
        State,
        Status: "Up 2 hours",
        Labels: labels,
      })),
    );
  }
  if (path === "/networks") return void json([]);
  if (path === "/volumes") return void json({ Volumes: [] });
  const [, name = "", action] = /^\/containers\/([^/]+)(?:\/(\w+))?$/.exec(path!) ?? [];
  if (!there.has(name)) return void json({ message: `no such thing: ${method} ${path}` }, 404);
  if (method === "DELETE") {
    there.delete(name);
    return void empty(204);
  }
  if (action === "stop" || action === "kill") there.set(name, "exited");
  if (action === "start" || action === "restart") there.set(name, "running");
  if (method === "POST") return void (action === "exec" ? json({ message: "nothing can be run" }, 500) : empty(204));
  if (action === "logs") {
    const text = Buffer.from(`${name} says so\n`);
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]);
    return void response.writeHead(200).end(Buffer.concat([head, text]));
  }
  const running = there.get(name) === "running";
  const State = {
    Status: there.get(name),
    Running: running,
    StartedAt: "2026-11-30T00:00:00Z",
    FinishedAt: "",
    ExitCode: 0,
  };
  return void json({
    Id: name,
    Name: `/${name}`,
    State,
    RestartCount: 0,
    HostConfig: {},
    Config: { Labels: labels, Image: "i" },
  });
}

/** One database node, on a host of its own. */
export function inventoryOf(environment: string, endpoint: string): Inventory {
  const secret = { user: "u", password: "p" };
  const container = `trivet-${environment}-db1-galera`;
  return {
    version: 1,
    environment,
    domains: [{ name: "fd1", subnet: "198.18.1.0/24" }],
    hosts: [{ name: "db1", domain: "fd1", address: "198.18.1.11", endpoint, roles: ["database"] }],
    services: [{ service: "galera", host: "db1", domain: "fd1", address: "198.18.1.11", endpoint, container }],
    watched: [],
    dnsServers: [],
    database: { name: "db", writerName: "w", port: 3306, application: secret, monitor: secret },
    time: { servers: [], warning: 0.1, critical: 1 },
    icinga: { api: secret, backend: "icingadb" },
    web: { url: "http://127.0.0.1:8080", login: secret },
    flows: [{ name: "database", protocol: "tcp", port: 3306, from: ["db1"], to: ["db1"] }],
    chaos: {
      allowed: false,
      blastRadius: 1,
      budgets: { evict: 1, check: 1, name: 1, back: 1, lookup: 1, write: 1, monitor: 1, notify: 1, takeover: 1 },
      checkInterval: 10_000,
    },
  };
}
