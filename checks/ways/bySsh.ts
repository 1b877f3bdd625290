import { connect } from "node:net";
import type { Inventory } from "../../core/inventory.ts";
import * as pulse from "../../hosts/pulse.ts";
import * as forward from "../../hosts/ssh.ts";
import { overTcp } from "./dns.ts";
import { hostsTo } from "./hosts.ts";
import { NoWay, type Port, type Way, type Ways } from "./way.ts";

/** Milliseconds in which a host must answer that a stream by it broke for another reason than the way to the host. */
const PULSE = 1_500;
/** Milliseconds until a way that ended is tried again. */
const AGAIN = 5_000;
/** Milliseconds that a host may take to say why it can't connect. */
const EXPLAINED = 5_000;

/** What is done over SSH. */
export type Hands = Pick<typeof forward, "openForward" | "whyNotForwarded"> & Pick<typeof pulse, "openPulse">;
const ssh: Hands = { ...forward, ...pulse };

/** The way to one host, by the SSH connection that all of this process share. */
interface HostWay {
  endpoint: string;
  pulse: pulse.Pulse;
  /** Sockets of this machine that lead to ports which the host reaches, by port. */
  forwards: Map<string, Promise<forward.Forward>>;
  /** When it ended. */
  ended?: number;
  /** One life ends as one: a client that finds it broken late tells nothing new. */
  life: number;
  looking?: Promise<boolean>;
}

/**
 * By the SSH of hosts which the declared flows let connect. A stream is a channel of a connection that is there already, behind a socket of this
 * machine: no process is started for it. sshd does not count channels among its sessions (MaxSessions).
 *
 * @param tell is told when a way ends, is there again, or leads by a host that is hurt
 */
export function bySsh(
  inventory: Inventory,
  tell: (host: string, what: string) => void,
  { openForward, openPulse, whyNotForwarded }: Hands = ssh,
): Ways {
  const ways = new Map<string, HostWay>();
  let avoided = new Set<string>();

  const at = (host: string): HostWay => {
    const known = ways.get(host);
    if (known) return known;
    const { endpoint } = inventory.hosts.find(({ name }) => name === host)!;
    const pulse = openPulse(endpoint, () => end(host, "its SSH connection ended"));
    const made: HostWay = { endpoint, pulse, forwards: new Map(), life: 0 };
    ways.set(host, made);
    // Started before it is needed: then it answers as soon as the host does.
    void pulse.beat(PULSE);
    return made;
  };

  const end = (host: string, why: string) => {
    const way = at(host);
    if (way.ended !== undefined) return;
    tell(host, `the way by ${host} ended: ${why}`);
    way.ended = performance.now();
    way.life++;
    for (const forward of way.forwards.values()) void forward.then(({ close }) => close()).catch(() => {});
    way.forwards.clear();
  };

  /** Whether the host does not answer. All that ask at the same time are told by one look. */
  const isBroken = (host: string): Promise<boolean> => {
    const way = at(host);
    way.looking ??= way.pulse
      .beat(PULSE)
      .then((answered) => {
        if (answered !== undefined) return false;
        end(host, `it did not answer within ${PULSE / 1_000} s`);
        return true;
      })
      .finally(() => {
        way.looking = undefined;
      });
    return way.looking;
  };

  const forwardTo = (host: string, port: Port): Promise<forward.Forward> => {
    const { endpoint, forwards } = at(host);
    const key = `${port.address}:${port.port}`;
    const known = forwards.get(key);
    if (known) return known;
    const made = openForward(endpoint, port);
    forwards.set(key, made);
    made.catch(() => forwards.get(key) === made && forwards.delete(key));
    return made;
  };

  const found = new Map<string, string[]>();
  const hostsBy = (port: Port): string[] => {
    const key = `${port.address}:${port.port}`;
    if (!found.has(key)) found.set(key, hostsTo(inventory, port));
    return found.get(key)!;
  };
  /** Those that can be used now, the best one first; a way that ended is tried again after a while. */
  const usable = (port: Port): string[] => {
    const all = hostsBy(port);
    for (const host of all) tryAgain(host);
    const live = all.filter((host) => at(host).ended === undefined);
    return [...live.filter((host) => !avoided.has(host)), ...live.filter((host) => avoided.has(host))];
  };

  function tryAgain(host: string): void {
    const way = at(host);
    if (way.ended === undefined || performance.now() - way.ended < AGAIN || way.looking) return;
    way.looking = way.pulse
      .beat(PULSE)
      .then((answered) => {
        if (answered === undefined) {
          way.ended = performance.now();
          return true;
        }
        way.ended = undefined;
        tell(host, `the way by ${host} is there again`);
        return false;
      })
      .finally(() => {
        way.looking = undefined;
      });
  }

  const warned = new Set<string>();
  async function to<T>(port: Port, work: (way: Way) => Promise<T>): Promise<T> {
    for (const host of usable(port)) {
      const { life } = at(host);
      if (avoided.has(host) && !warned.has(host)) {
        warned.add(host);
        tell(
          host,
          `clients go by ${host}, which the experiment hurts: there is no other way to ${port.address}:${port.port}`,
        );
      }
      let opened: forward.Forward;
      try {
        opened = await forwardTo(host, port);
      } catch (error) {
        if (at(host).life === life) end(host, (error as Error).message.split("\n")[0]!);
        continue;
      }
      const isOver = () => at(host).life !== life;
      const ended = async () => isOver() || (await isBroken(host));
      const way: Way = {
        by: host,
        get left() {
          return isOver() || (avoided.has(host) && usable(port)[0] !== host);
        },
        connect: () => connect(opened.path),
        // ssh closes its own connection in order: what the host's kernel still holds is sent again for a while (docs/chaos/real-hosts.md).
        drop: (stream) => void stream.destroy(),
        ended,
      };
      try {
        return await work(way);
      } catch (error) {
        if (!(await ended())) throw error;
      }
    }
    const all = hostsBy(port);
    throw new NoWay(
      all.length === 0
        ? `no host of "${inventory.environment}" may connect to ${port.address}:${port.port}, by the flows that it was made with`
        : `no way is there to ${port.address}:${port.port}, by none of ${all.join(", ")}`,
    );
  }

  return {
    bySsh: true,
    to,
    asker: (servers, patience) => overTcp(to, servers, patience),
    avoid(hosts) {
      avoided = new Set(hosts);
      warned.clear();
    },
    hostsTo: hostsBy,
    explain: (host, port) => whyNotForwarded(at(host).endpoint, port, EXPLAINED),
    async close() {
      await Promise.all(
        [...ways.values()].flatMap(({ pulse, forwards }) => {
          pulse.close();
          return [...forwards.values()].map((forward) => forward.then(({ close }) => close()).catch(() => {}));
        }),
      );
    },
  };
}
