import { type Connection, createConnection, type QueryError } from "mysql2";
import { readEvicted, readOwnState } from "../foreign/database.ts";
import { shown } from "../foreign/shapes.ts";
import type { Log, WatchedDatabase } from "../ports.ts";
import { supervisor as timers } from "../timers.ts";
import type { Millis } from "../types.ts";
import { errors, statusColumns } from "./session.ts";
import { listens, sockets } from "./sockets.ts";

export interface WatchedDatabaseConfig {
  user: string;
  password: string;
  /** Of the port that clients can't fill, where the database has it: one that an older version started has not. */
  checksPort: number;
  /** That of clients. */
  port: number;
  /** Where the kernel's list of sockets is read. */
  sockets?: () => string;
}

const ADDRESS = "127.0.0.1";
/** A question that has no answer by then ends its connections: what is asked behind it would wait as well. */
const LIMIT: Millis = timers.giveUp;

const variables = [
  "wsrep_gcomm_uuid",
  "wsrep_cluster_status",
  "wsrep_cluster_size",
  "wsrep_local_state",
  "wsrep_ready",
];
const ownState = `SELECT ${statusColumns(variables)},
  @@global.read_only AS read_only
  FROM information_schema.global_status WHERE variable_name IN (${variables.map((name) => `'${name}'`).join(", ")})`;

/** The connections of one generation. */
interface Pair {
  /** Asked for a sign of life alone. */
  pulse: Connection;
  /** Asked for the state, and told to evict: there once the other one is. */
  state: Promise<Connection | undefined>;
  broke(why?: Partial<QueryError>): void;
}

/** The database of the same host, by a user that may do three things: see who is a member, evict one, and forget it. */
export function watchedDatabase(config: WatchedDatabaseConfig, log: Log): WatchedDatabase {
  const { user, password, checksPort } = config;
  const list = config.sockets ?? sockets;
  let pair: Pair | undefined;
  let told = "";

  const door = (open: string) => (listens(open, checksPort) ? checksPort : config.port);
  const dial = (port: number) =>
    createConnection({
      host: ADDRESS,
      port,
      user,
      password,
      connectTimeout: LIMIT,
      flags: ["-LOCAL_FILES"],
    });
  /** Why it refuses, each reason once. That it is gone or silent the supervisor says itself. */
  const tell = (why: Partial<QueryError> | undefined) => {
    if (!why?.sqlState || !why.message || why.errno === errors.notReady || why.message === told) return;
    told = why.message;
    log.say(`the database refuses: ${shown(told)}`);
  };

  function open(broken: () => void): Pair {
    const port = door(list());
    const all: Connection[] = [];
    let over = false;
    const broke = (why?: Partial<QueryError>) => {
      if (over) return;
      over = true;
      for (const connection of all) connection.destroy();
      found(undefined);
      if (pair !== made) return;
      tell(why);
      broken();
    };
    const add = () => {
      const connection = dial(port);
      all.push(connection);
      // Also of one that was given up: nobody else hears it then, and it would end the program.
      connection.on("error", broke);
      connection.on("end", () => broke());
      return connection;
    };
    const { promise: state, resolve: found } = Promise.withResolvers<Connection | undefined>();
    const pulse = add();
    // One after the other: what listens in a database's place before it starts is asked once.
    pulse.on("connect", () => {
      if (over) return;
      const second = add();
      second.on("connect", () => {
        told = "";
        // It must not wait for what others write, whatever the settings say, and be answered without a quorum, too.
        second.query("SET SESSION wsrep_sync_wait = 0, wsrep_dirty_reads = ON", (error) => {
          if (error) broke(error);
          else found(second);
        });
      });
    });
    const made: Pair = { pulse, state, broke };
    return made;
  }

  /** Rows of the first answer; undefined when it refuses or does not answer in time. */
  async function ask(sql: string, values: unknown[] = []): Promise<unknown[] | undefined> {
    const asked = pair;
    const connection = await asked?.state;
    if (!asked || !connection) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(undefined);
        asked.broke();
      }, LIMIT);
      connection.query(sql, values, (error, rows) => {
        clearTimeout(timer);
        resolve(error ? undefined : Array.isArray(rows) ? rows : []);
        if (error?.fatal) asked.broke(error);
        else if (error) tell(error);
      });
    });
  }

  const forget = async () => (await ask("CALL trivet.evict('')")) !== undefined;

  return {
    connect(broken) {
      const former = pair;
      pair = undefined;
      former?.broke();
      pair = open(broken);
    },
    close() {
      const former = pair;
      pair = undefined;
      former?.broke();
    },
    ping() {
      const asked = pair;
      return new Promise((resolve) => {
        asked?.pulse.query("SELECT 'alive'", (error) => {
          if (error) asked.broke(error);
          else resolve(true);
        });
      });
    },
    async state() {
      const [own, members] = await Promise.all([ask(ownState), ask("CALL trivet.view_members()")]);
      return own && members && readOwnState(own[0], members[0]);
    },
    async evict(member, view) {
      const uuids = view.members.map(({ uuid }) => uuid);
      if (uuids.includes(undefined)) return false;
      const answer = await ask("CALL trivet.evict_from_view(?, ?)", [member, uuids.sort().join()]);
      return readEvicted(answer?.[0]);
    },
    forget,
    listening() {
      const open = list();
      return listens(open, door(open));
    },
  };
}
