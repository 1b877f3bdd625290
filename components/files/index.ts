import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { endpointSchema } from "../../core/address.ts";
import { lineSchema } from "../../core/names.ts";
import { input } from "../../core/schema.ts";
import { check } from "../check.ts";
import { Provided } from "../provided.ts";

/** ConfigFilesArgs, everything resolved. */
export interface ConfigFilesInputs {
  endpoint: string;
  container: string;
  containerId: string;
  folder: string;
  files: Record<string, string>;
  apply: string[];
  after?: string;
}

export interface ConfigFilesArgs {
  /** Docker endpoint of the host: `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`. */
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
   * the old files are put back, and the resource fails with what the command said. `$TRIVET_FORMER` is a folder with the
   * files as they were before, also those of a container that this one replaces.
   */
  apply: string[];
  /**
   * The `delivery` of other files: each time that those are put into their container, these are again, although they are the same.
   *
   * @default they are put there when they change, or their container does
   * @example meanwhile.delivery
   */
  after?: pulumi.Input<string>;
}

/** What is not listed is removed from the folder: it must be one, and nothing may lie outside of it. */
const schema = z.strictObject({
  endpoint: endpointSchema,
  container: lineSchema,
  containerId: input(lineSchema),
  folder: z
    .string()
    .regex(
      /^(\/(?!\.{0,2}(\/|$))[^/\p{Cc}]+)+$/u,
      'expected the absolute path of a folder below "/", since it is owned whole',
    ),
  files: input(
    z.record(
      z
        .string()
        .regex(
          /^(?!\.{0,2}(\/|$))[^/\p{Cc}]+(\/(?!\.{0,2}(\/|$))[^/\p{Cc}]+)*$/u,
          'expected a path within the folder, without ".."',
        ),
      input(z.string()),
    ),
  ),
  apply: z.array(z.string()).min(1, "expected a program, then its arguments"),
  after: input(lineSchema).optional(),
} satisfies Record<keyof ConfigFilesArgs, z.ZodType>);

/** Files in a running container that change with a reload, where a changed upload would replace the container. */
export class ConfigFiles extends Provided {
  /** Another one each time that the files are put there. */
  declare readonly delivery: pulumi.Output<string>;

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: ConfigFilesArgs, opts?: pulumi.CustomResourceOptions) {
    check(`ConfigFiles "${name}"`, schema, args);
    super("ConfigFiles", name, { ...args, delivery: undefined }, { deleteBeforeReplace: true, ...opts });
  }
}
