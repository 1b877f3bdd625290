import type Docker from "dockerode";
import { UserError } from "../../core/errors.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { findServices, mainService } from "../environment/find.ts";
import { readInventoryToLook } from "../environment/inventory.ts";

export interface ShellOptions {
  service?: string;
}

/** A shell in the container of a host's main service, or of the one that is named. Its exit code is the shell's. */
export async function shell(environment: string, host: string, { service }: ShellOptions): Promise<void> {
  const inventory = await readInventoryToLook(environment);
  const { endpoint, container } = service ? findServices(inventory, service, host)[0]! : mainService(inventory, host);
  if (!process.stdin.isTTY) {
    throw new UserError(`A shell needs a terminal. For a single command: docker exec ${container} <command>`);
  }
  console.log(`In ${container}. Leave with "exit".`);
  const exec = await dockerAt(endpoint)
    .getContainer(container)
    .exec({ Cmd: ["bash"], Tty: true, AttachStdin: true, AttachStdout: true, AttachStderr: true });
  process.exitCode = await attached(exec);
}

/** Ties the terminal to a command's, until it ends. */
async function attached(exec: Docker.Exec): Promise<number> {
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const resize = () => exec.resize({ w: process.stdout.columns, h: process.stdout.rows }).catch(() => {});
  process.stdout.on("resize", resize);
  await resize();
  process.stdin.setRawMode(true);
  process.stdin.pipe(stream);
  stream.pipe(process.stdout);
  await new Promise((resolve) => stream.on("close", resolve).on("end", resolve));
  process.stdin.setRawMode(false);
  process.stdin.unpipe(stream);
  process.stdin.unref();
  const { ExitCode } = await exec.inspect();
  return ExitCode ?? 0;
}
