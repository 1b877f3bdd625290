import { randomInt } from "node:crypto";
import type { Socket } from "node:net";
import { type DecodedPacket, RECURSION_DESIRED, streamDecode, streamEncode } from "dns-packet";
import { dnsPort } from "../../components/bind/facts.ts";
import { type Asker, NoWay, type Patience, type Ways } from "./way.ts";

/** The codes by which c-ares, and so Node, says of an answer that it has no address. */
const CODES: Record<string, string> = { NXDOMAIN: "ENOTFOUND", SERVFAIL: "ESERVFAIL", REFUSED: "EREFUSED" };

/** Asks DNS servers over TCP, as Node's `Resolver` does over UDP: the next one where a server says nothing, or that it can't tell. */
export function overTcp(to: Ways["to"], servers: readonly string[], { timeout, tries }: Patience): Asker {
  const cancelled = new AbortController();
  async function resolve4(name: string): Promise<string[]> {
    let failed: unknown;
    for (let left = tries; left > 0; left--) {
      for (const address of servers) {
        try {
          return await to({ address, port: dnsPort }, async (way) => {
            const stream = way.connect();
            try {
              return addresses(name, await answer(stream, name, timeout, cancelled.signal));
            } finally {
              stream.destroy();
            }
          });
        } catch (error) {
          if (isFinal(error)) throw error;
          failed = error;
        }
      }
    }
    throw failed;
  }
  return { resolve4: resolve4 as Asker["resolve4"], cancel: () => cancelled.abort(coded("ECANCELLED", "cancelled")) };
}

const isFinal = (error: unknown): boolean =>
  error instanceof NoWay || ["ENOTFOUND", "ENODATA", "ECANCELLED"].includes((error as { code: string }).code);

const coded = (code: string, what: string) => Object.assign(new Error(`${what}: ${code}`), { code });

function addresses(name: string, { answers = [], ...packet }: DecodedPacket): string[] {
  const { rcode } = packet as DecodedPacket & { rcode: string };
  if (rcode !== "NOERROR") throw coded(CODES[rcode] ?? "EBADRESP", `queryA ${name}`);
  const found = answers.flatMap((record) => (record.type === "A" ? [record.data] : []));
  if (found.length === 0) throw coded("ENODATA", `queryA ${name}`);
  return found;
}

function answer(stream: Socket, name: string, timeout: number, cancelled: AbortSignal): Promise<DecodedPacket> {
  const id = randomInt(2 ** 16);
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => end(coded("ETIMEOUT", `queryA ${name}`)), timeout);
    const stopped = () => end(cancelled.reason);
    const end = (error: unknown) => {
      clearTimeout(late);
      cancelled.removeEventListener("abort", stopped);
      reject(error);
    };
    if (cancelled.aborted) return stopped();
    cancelled.addEventListener("abort", stopped, { once: true });
    let read = Buffer.alloc(0);
    stream.on("error", end);
    stream.on("close", () => end(coded("EOF", `queryA ${name}`)));
    stream.on("data", (chunk) => {
      read = Buffer.concat([read, chunk as Buffer]);
      if (read.length < 2 || read.length < 2 + read.readUInt16BE(0)) return;
      try {
        const packet = streamDecode(read) as DecodedPacket;
        if (packet.id !== id) throw coded("EBADRESP", `queryA ${name}`);
        resolve(packet);
        end(undefined);
      } catch (error) {
        end(error);
      }
    });
    stream.write(streamEncode({ type: "query", id, flags: RECURSION_DESIRED, questions: [{ type: "A", name }] }));
  });
}
