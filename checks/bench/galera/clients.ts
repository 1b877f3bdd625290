import type { Timeouts } from "../../workloads/index.ts";
import { ledger } from "../../workloads/ledger.ts";
import type { Workload } from "../../workloads/workload.ts";

/** An insert each 15 ms, so that a gap is told to within that. */
export const INTERVAL = 15;
/** Milliseconds that a client waits after a failed insert before it tries again. */
export const BREATH = 20;
/**
 * What an application on a local network may well have: an insert takes a few milliseconds here, so one second without an
 * answer is none. Look-ups of the name have the time-outs of the hosts' resolv.conf: 1 s, two tries.
 */
export const timeouts: Timeouts = { connect: 500, query: 1_000 };

/** Names of the clients in the history; the one that is pinned to a survivor has the name of its node. */
export const BY_NAME = "name-1";
export const BY_WRITER = "writer";
export const clientsOf = ({ survivor, writer }: { survivor: { name: string }; writer?: string }): string[] => [
  BY_NAME,
  survivor.name,
  ...(writer ? [BY_WRITER] : []),
];

/**
 * Clients that insert rows of one table: through the database's name, at `written` first; through the writer's name where there
 * is one; at the survivor.
 */
export const probing = (scene: {
  writer?: string;
  written: { address: string };
  survivor: { name: string };
}): Workload =>
  ledger((stage, insert) => {
    const rate = 1_000 / INTERVAL;
    const writers = scene.writer ? [stage.byName({ client: BY_WRITER, name: scene.writer })] : [];
    const clients = [
      stage.byName({ client: BY_NAME, first: scene.written.address }),
      ...writers,
      stage.pinned(scene.survivor.name),
    ];
    return clients.map((client) => insert(client, rate));
  });
