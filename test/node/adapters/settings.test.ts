import test from "ava";
import type { Session } from "../../../node/adapters/session.ts";
import { statementsIn } from "../../../node/adapters/session.ts";
import { takeAll } from "../../../node/adapters/settings.ts";

/**
 * A database with three variables: `install` may not exceed `inactive`, as in Galera, and `pool` is cut off at 100 with a warning, as
 * InnoDB does it.
 */
function database(limits?: { errno: number; refused: string }) {
  const values: Record<string, string> = { install: "5", inactive: "5", pool: "50", method: "rsync" };
  let warning: string | undefined;
  const asked: string[] = [];
  const session: Session = {
    close: () => {},
    ask: async (sql) => {
      asked.push(sql);
      const [, set, name, value] = /^(?:SELECT|(SET)) (?:@@global\.|GLOBAL )(\w+)(?: = '?([^' ]*)'?)?/.exec(sql) ?? [];
      if (sql === "SHOW WARNINGS")
        return { rows: warning ? [{ Level: "Warning", Code: "1292", Message: warning }] : [] };
      if (sql === "DO 0" && limits) return { ...limits, sqlState: "42000" };
      if (name === undefined) return { rows: [] };
      if (!(name in values)) return { refused: `Unknown system variable '${name}'`, errno: 1193, sqlState: "HY000" };
      if (!set) return { rows: [{ value: value === undefined ? values[name]! : values[name] === value ? "1" : "0" }] };
      if (name === "install" && Number(value) > Number(values.inactive))
        return { refused: "install can't be set", errno: 1231, sqlState: "42000" };
      warning = name === "pool" && Number(value) > 100 ? "Truncated" : undefined;
      values[name] = warning ? "100" : value!;
      return { rows: [] };
    },
  };
  return { session, values, asked };
}

async function apply(lines: string[], limits?: { errno: number; refused: string }) {
  const { session, values } = database(limits);
  const conf = `[mariadbd]\n${lines.join("\n")}\n`;
  const { ok, said } = await takeAll(session, { path: "it", conf, limits: limits ? "DO 0;\n" : "" }, { say: () => {} });
  return [ok, said, Object.values(values).join(" ")];
}

test("the running database takes what differs, in the order that its limits want", async (t) => {
  t.deepEqual(await apply(["install = 30", "inactive = 30", "pool = 80", "method = mariabackup"]), [
    true,
    [],
    "30 30 80 mariabackup",
  ]);
  t.deepEqual(await apply(["loose_install = 5", "pool = 50"]), [true, [], "5 5 50 rsync"]);
});

test("what does not differ is left alone", async (t) => {
  const { session, asked } = database();
  await takeAll(session, { path: "it", conf: "pool = 50\nmethod = rsync\n" }, { say: () => {} });
  t.deepEqual(
    asked.filter((sql) => sql.startsWith("SET")),
    [],
  );
});

test("all of it, or nothing", async (t) => {
  t.deepEqual(await apply(["install = 30", "inactive = 30", "pool = 200"]), [
    false,
    ["MariaDB does not take pool = 200: Warning (Code 1292): Truncated"],
    "5 5 50 rsync",
  ]);
  t.deepEqual(await apply(["pool = 80", "install = 7"]), [
    false,
    ["MariaDB does not take install = 7: ERROR 1231 (42000) at line 1: install can't be set"],
    "5 5 50 rsync",
  ]);
  t.deepEqual(await apply([]), [false, ["it has no settings: expected a line for each, name = value"], "5 5 50 rsync"]);
});

test("without a running database there is nothing to do; one that lets nobody in is another matter", async (t) => {
  const refusing = (errno?: number): Session => ({
    close: () => {},
    ask: async () => ({ refused: "no", ...(errno !== undefined && { errno, sqlState: "08004" }) }),
  });
  const on = (session: Session) => takeAll(session, { path: "it", conf: "pool = 1\n" }, { say: () => {} });
  t.deepEqual(await on(refusing()), {
    ok: true,
    said: ["no database runs here: it reads its settings when it starts (no)"],
  });
  t.deepEqual(await on(refusing(1040)), {
    ok: false,
    said: ["MariaDB lets nobody ask it: ERROR 1040 (08004) at line 1: no"],
  });
});

test("then its users get their limits", async (t) => {
  t.deepEqual(await apply(["pool = 80"], { errno: 1047, refused: "WSREP" }), [true, [], "5 5 80 rsync"]);
  t.deepEqual(await apply(["pool = 80"], { errno: 1142, refused: "denied" }), [
    false,
    ["MariaDB does not take the limits of its users: ERROR 1142 (42000) at line 1: denied"],
    "5 5 80 rsync",
  ]);
});

test("statements of a file, whatever its texts hold, each with its line", (t) => {
  t.deepEqual(
    statementsIn("SELECT ';\\'' ;\n\nSELECT 'it''s;' AS `a;b`;\nCREATE USER x IDENTIFIED BY '\\\\'; DO 0;\n"),
    [
      { sql: "SELECT ';\\''", line: 1 },
      { sql: "SELECT 'it''s;' AS `a;b`", line: 3 },
      { sql: "CREATE USER x IDENTIFIED BY '\\\\'", line: 4 },
      { sql: "DO 0", line: 4 },
    ],
  );
  t.deepEqual(statementsIn("\n ;\n;"), []);
});
