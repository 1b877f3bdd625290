import test from "ava";
import { retireSql, userSql } from "../../../components/galera/passwords.ts";

test("a user, whose former password stays valid beside the new one", (t) => {
  t.deepEqual(userSql({ user: "app", password: "it's" }), [
    "CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'it''s';",
    "SET @former = (SELECT authentication_string FROM mysql.user WHERE user = 'app' AND host = '%');",
    "EXECUTE IMMEDIATE IF(@former = PASSWORD('it''s'), 'DO 0', CONCAT('ALTER USER ''app''@''%'' IDENTIFIED VIA mysql_native_password USING ', QUOTE(PASSWORD('it''s')), " +
      "IF(@former REGEXP '^[*][0-9A-F]{40}$', CONCAT(' OR mysql_native_password USING ', QUOTE(@former)), '')));",
  ]);
});

test("from its own host only", (t) => {
  const [create] = userSql({ user: "agent", password: "p", from: "127.0.0.1" });
  t.is(create, "CREATE USER IF NOT EXISTS 'agent'@'127.0.0.1' IDENTIFIED BY 'p';");
});

test("retired: each has its one password", (t) => {
  t.is(
    retireSql([
      { user: "app", password: "it's" },
      { user: "agent", password: "p", from: "127.0.0.1" },
    ]),
    "ALTER USER 'app'@'%' IDENTIFIED BY 'it''s';\nALTER USER 'agent'@'127.0.0.1' IDENTIFIED BY 'p';\n",
  );
});
