import { Resolver } from "node:dns/promises";
import { setTimeout } from "node:timers/promises";
import mysql from "mysql2/promise";
import { APP } from "./handmade.ts";

/** An application that writes row after row, and goes to another node after any error. */
export class Writer {
  readonly acknowledged: number[] = [];
  /** Sent, and nobody said whether it was done. */
  readonly unknown: number[] = [];
  /** The longest one of each part. */
  readonly gaps = new Map<string, number>();
  /** What the test is at. */
  during = "start";
  #next = 1;
  #where: () => Promise<string>;
  #stopped = false;
  readonly #done: Promise<void>;

  /** @param addresses taken in turn */
  constructor(addresses: readonly string[]) {
    let turn = 0;
    this.#where = async () => addresses[turn++ % addresses.length]!;
    this.#done = this.#work();
  }

  /** From the next connection on it goes by a name, as these servers resolve it. */
  goByName(name: string, servers: readonly string[]): void {
    const resolvers = servers.map((server) => {
      const resolver = new Resolver({ timeout: 500, tries: 1 });
      resolver.setServers([server]);
      return resolver;
    });
    this.#where = async () => {
      for (const resolver of resolvers) {
        const [address] = await resolver.resolve4(name).catch(() => []);
        if (address) return address;
      }
      throw new Error(`${name} has no address`);
    };
    this.#moved = true;
  }
  #moved = false;

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #work(): Promise<void> {
    let connection: mysql.Connection | undefined;
    let last = performance.now();
    while (!this.#stopped) {
      const id = this.#next;
      let sent = false;
      try {
        if (this.#moved) {
          this.#moved = false;
          connection?.destroy();
          connection = undefined;
        }
        connection ??= await this.#connect();
        sent = true;
        this.#next++;
        await connection.query({ sql: "INSERT INTO shop.writes (id) VALUES (?)", values: [id], timeout: 2_000 });
        this.acknowledged.push(id);
        const now = performance.now();
        this.gaps.set(this.during, Math.max(this.gaps.get(this.during) ?? 0, (now - last) / 1_000));
        last = now;
        await setTimeout(5);
      } catch {
        if (sent) this.unknown.push(id);
        connection?.destroy();
        connection = undefined;
        await setTimeout(50);
      }
    }
    connection?.destroy();
  }

  async #connect(): Promise<mysql.Connection> {
    const connection = await mysql.createConnection({ host: await this.#where(), ...APP, connectTimeout: 1_000 });
    connection.on("error", () => {});
    try {
      // A member that takes no writes lets clients in all the same.
      const [rows] = await connection.query<mysql.RowDataPacket[]>({
        sql: "SHOW STATUS LIKE 'wsrep_ready'",
        timeout: 1_000,
      });
      if (rows[0]?.Value !== "ON") throw new Error("not ready");
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }
}
