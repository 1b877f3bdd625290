import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../core/errors.ts";
import { Provided } from "../provided.ts";

/** ConfigFilesArgs, everything resolved. */
export interface ConfigFilesInputs {
  endpoint: string;
  container: string;
  containerId: string;
  folder: string;
  files: Record<string, string>;
  apply: string[];
}

export interface ConfigFilesArgs {
  /** Docker endpoint of the host: `unix:///var/run/docker.sock` or `ssh://user@host`. */
  endpoint: string;
  /** Name of the container. */
  container: string;
  /** Its id, by which a container that was replaced gets its files again. */
  containerId: pulumi.Input<string>;
  /** Absolute path of a folder that is owned whole: what is not listed in `files` is removed from it. */
  folder: string;
  /** Text by path, relative to `folder`. */
  files: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Command that makes the running daemon take the new files, and checks them first: if it exits with another code than 0
   * the old files are put back, and the resource fails with what the command said.
   */
  apply: string[];
}

/** Files in a running container that change with a reload, where a changed upload would replace the container. */
export class ConfigFiles extends Provided {
  constructor(name: string, args: ConfigFilesArgs, opts?: pulumi.CustomResourceOptions) {
    const { protocol } = new URL(args.endpoint);
    if (protocol !== "unix:" && protocol !== "ssh:") {
      throw new UserError(
        `Docker endpoint "${args.endpoint}": expected unix:///var/run/docker.sock or ssh://user@host.`,
      );
    }
    if (!args.folder.startsWith("/") || args.folder === "/") {
      throw new UserError(
        `Folder "${args.folder}" would be owned whole: expected the absolute path of a folder below "/".`,
      );
    }
    super("ConfigFiles", name, { ...args }, { deleteBeforeReplace: true, ...opts });
  }
}
