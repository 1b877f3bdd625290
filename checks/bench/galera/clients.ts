import type { Timeouts } from "../../workloads/index.ts";
import { ledger } from "../../workloads/ledger.ts";
import type { Workload } from "../../workloads/workload.ts";

/** An insert each 15 ms, so that a gap is told to within that. */
export const INTERVAL = 15;
/** Milliseconds that a client waits after a failed insert before it tries again. */
export const BREATH = 20;
/**
 * What an application on a local network may well have. An answer is waited for somewhat longer than the nodes with `lan` take
 * to leave a silent one behind (1.2 to 1.3 s): who gives a commit up before that does not know whether it was made, and may
 * be sent to the silent node next. Look-ups of the name have the time-outs of the hosts' resolv.conf: 1 s, two tries.
 */
export const timeouts: Timeouts = { connect: 500, query: 1_500 };

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
