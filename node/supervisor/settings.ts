import { z } from "zod";
import { address, nodeName, readJson } from "../foreign/shapes.ts";

const port = z.int().min(1).max(65_535);
const named = z.strictObject({ name: nodeName, address });

const settings = z.strictObject({
  cluster: z.string().min(1),
  self: named,
  /** All nodes that have a supervisor, this one included. */
  supervised: z.array(named).min(1),
  /** The Consul services that name any healthy node, and the one for clients that write. */
  service: z.string().min(1),
  writer: z.string().min(1),
  database: z.strictObject({ port, checksPort: port }),
  /** Of Consul's agent on this host. */
  consul: z.url({ protocol: /^http$/ }),
});
const login = z.strictObject({ user: z.string().min(1), password: z.string().min(1) });

/** What the component tells the supervisor of one node. */
export type SupervisorSettings = z.input<typeof settings>;
/** Its user of the database: a file of its own, since it is a secret. */
export type SupervisorLogin = z.input<typeof login>;

/** Larger than those of any cluster. */
const MOST = 100_000;

/** @throws on anything but such settings: a supervisor that half knows whom it watches is worse than none */
export const readSettings = (bytes: Uint8Array): SupervisorSettings => settings.parse(readJson(bytes, MOST));
export const readLogin = (bytes: Uint8Array): SupervisorLogin => login.parse(readJson(bytes, MOST));
