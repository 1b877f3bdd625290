import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { connectionVariables, ownPort } from "../../../components/galera/connections.ts";
import { ports } from "../../../components/galera/facts.ts";
import { userLimitsSql } from "../../../components/galera/users.ts";

test("one user can't take all connections", (t) => {
  t.deepEqual(connectionVariables("it", {}), {
    variables: { max_connections: 200, connect_timeout: 5 },
    perUser: 150,
  });
  t.is(connectionVariables("it", { maxConnections: 500, maxUserConnections: 499 }).perUser, 499);
  for (const maxUserConnections of [0, 200, 201, Number.NaN]) {
    t.throws(() => connectionVariables("It", { maxUserConnections }), {
      name: "UserError",
      message: /fewer than maxConnections/,
    });
  }
});

test("limits of users that are there already", (t) => {
  t.is(
    userLimitsSql(["it's"], 150),
    `SET @now = (SELECT max_user_connections FROM mysql.user WHERE user = 'it''s' AND host = '%');
EXECUTE IMMEDIATE IF(@now <> 150, 'ALTER USER ''it''''s''@''%'' WITH MAX_USER_CONNECTIONS 150', 'DO 0');
`.replaceAll("\\'", "'"),
  );
});

/** The kernel's list of TCP sockets, with these lines. */
async function portWith(...lines: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-port-"));
  await writeFile(join(folder, "tcp"), ["  sl  local_address rem_address   st", ...lines, ""].join("\n"));
  await writeFile(join(folder, "script"), `${ownPort.replaceAll("/proc/net/tcp", join(folder, "tcp"))}\nown_port\n`);
  await chmod(join(folder, "script"), 0o755);
  const { stdout } = await execa("bash", [join(folder, "script")]);
  await rm(folder, { recursive: true });
  return Number(stdout);
}

test("a database without the checks' port is asked by the other one", async (t) => {
  const clients =
    "   1: 00000000:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   100        0 1 1 0 100 0 0 10 0";
  const checks =
    "   0: 00000000:0CEB 00000000:0000 0A 00000000:00000000 00:00000000 00000000   100        0 1 1 0 100 0 0 10 0";
  const closing = "   3: 0100007F:0CEB 0100007F:B856 06 00000000:00000000 03:00001752 00000000     0        0 0 3 0";
  const outgoing =
    "   4: 0100007F:B856 0100007F:0CEB 01 00000000:00000000 00:00000000 00000000   100        0 1 1 0 20 4 0 10 -1";
  t.is(await portWith(clients, checks), ports.checks);
  t.is(await portWith(clients, closing, outgoing), 3306);
});
