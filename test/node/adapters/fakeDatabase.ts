import type { AddressInfo, Server, Socket } from "node:net";
import { type Connection, createServer } from "mysql2";

type Row = Record<string, string | number | null>;
/** What a statement is answered with: rows, no rows, a refusal, or nothing at all. */
export type Answer = Row[] | "done" | { refused: string; code?: number } | "silent";

const column = (name: string, value: Row[string]) => ({
  catalog: "def",
  schema: "",
  table: "",
  orgTable: "",
  name,
  orgName: name,
  characterSet: 45,
  columnLength: 1_000,
  // LONGLONG, or VAR_STRING.
  columnType: typeof value === "number" ? 8 : 253,
  flags: 0,
  decimals: 0,
});

/** As the server's half of mysql2 has them, beside what its types tell. */
interface Half extends Connection {
  stream: Socket;
  sequenceId: number;
  writeColumns(columns: object[]): void;
  writeTextRow(row: Row[string][]): void;
  writeEof(warnings?: number, flags?: number): void;
}

const MORE_RESULTS = 8;

/**
 * A database of MariaDB's protocol at a port of its own. `answer` is asked for every statement; `login` refuses or is silent to whoever
 * knocks.
 */
export async function fakeDatabase(
  answer: (sql: string, connection: number) => Answer,
  login: () => "welcome" | { refused: string; code: number } | "silent" = () => "welcome",
) {
  const open = new Set<Half>();
  const knocks: number[] = [];
  let count = 0;
  const server = createServer((connection) => {
    const half = connection as Half;
    const number = ++count;
    knocks.push(number);
    open.add(half);
    half.on("error", () => {});
    half.stream.on("close", () => open.delete(half));
    const greeting = login();
    if (greeting === "silent") return;
    if (greeting !== "welcome") {
      half.writeError({ message: greeting.refused, code: greeting.code });
      half.stream.end();
      return;
    }
    // Packets are counted anew with each command.
    const say = (sql: string) => {
      half.sequenceId = 1;
      reply(answer(sql, number), sql);
      half.sequenceId = 0;
    };
    const reply = (said: Answer, sql: string) => {
      if (said === "silent") return;
      if (said === "done") return half.writeOk();
      if ("refused" in said) return half.writeError({ message: said.refused, code: said.code ?? 1305 });
      const names = Object.keys(said[0] ?? { none: "" });
      const called = sql.startsWith("CALL");
      half.writeColumns(names.map((name) => column(name, said[0]?.[name] ?? "")));
      for (const row of said) half.writeTextRow(names.map((name) => row[name]!));
      half.writeEof(0, called ? MORE_RESULTS : 2);
      if (called) half.writeOk();
    };
    half.on("query", say);
    half.on("stmt_prepare", say);
    half.serverHandshake({
      protocolVersion: 10,
      serverVersion: "11.8.9-MariaDB",
      connectionId: number,
      statusFlags: 2,
      characterSet: 45,
      capabilityFlags: 0xffffff & ~0x800,
      authCallback: (_: unknown, done: (error: null) => void) => {
        done(null);
        half.sequenceId = 0;
      },
    });
  });
  const net = (server as unknown as { _server: Server })._server;
  await new Promise<void>((resolve) => net.listen(0, "127.0.0.1", resolve));
  return {
    port: (net.address() as AddressInfo).port,
    /** Numbers of the connections that came, in their order. */
    knocks,
    /** As a database that is killed. */
    cut: () => {
      for (const { stream } of open) stream.resetAndDestroy();
    },
    close: () => {
      for (const { stream } of open) stream.destroy();
      net.close();
    },
  };
}
