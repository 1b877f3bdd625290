import test from "ava";
import { connectionVariables } from "../../../components/galera/connections.ts";
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
