import { galera } from "../../components/galera/facts.ts";
import { addressOf, containers, type Kind, networkOf, parameter } from "./kind.ts";

/**
 * As an application that never closes its connections, with the limit that the environment's application has and no rights, and
 * as strangers that hold sockets and never log in. It takes nothing from the hosts themselves: all of them are to serve as before.
 */
export const connections: Kind = {
  name: "connections",
  title:
    "one application takes all connections that it can get, and sockets are held that never log in (with: strangers)",
  levels: ["node", "domain", "all"],
  services: [galera.name],
  otherwise: "it has no users that connect to it",
  hurtsNobody: true,
  script(targets) {
    const { inventory, hosts, mark } = targets;
    const user = mark.toLowerCase().replaceAll("-", "_");
    const strangers = parameter(targets, "strangers", /^\d{1,4}$/, "10");
    const databases = containers(targets);
    const like = inventory.database.application.user;
    // By any node that takes it: all others follow.
    const sql = (statements: string) => `for database in ${databases}; do
  docker exec -i "$database" mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --batch << END && break
${statements}
END
done`;
    const open = hosts.map((host) => {
      const network = networkOf(targets, host);
      return `setsid in-network ${network} connections ${addressOf(inventory, host)} ${user} ${strangers} < /dev/null > /dev/null 2>&1 &`;
    });
    return {
      inject: `umask 077
head -c 18 /dev/urandom | base64 > "$FAULT/password"
rm -f "$FAULT"/refused-*
${sql(`SET @most = (SELECT max_user_connections FROM mysql.user WHERE user = '${like}' AND host = '%');
EXECUTE IMMEDIATE CONCAT('CREATE OR REPLACE USER ${user}@\\'%\\' IDENTIFIED BY \\'$(cat "$FAULT/password")\\' WITH MAX_USER_CONNECTIONS ', @most);`)}
touch "$FAULT/connections"
${open.join("\n")}`,
      injected: hosts.map((host) => `[ -s "$FAULT/refused-${addressOf(inventory, host)}" ]`).join(" && "),
      heal: `rm -f "$FAULT/connections"
[ ! -e "$FAULT/connections.lock" ] || flock -w 40 "$FAULT/connections.lock" true
${sql(`DROP USER IF EXISTS ${user};`)}`,
      healed: `[ ! -e "$FAULT/connections" ] && [ "$(${sql(`SELECT COUNT(*) FROM mysql.user WHERE user = '${user}';`)})" = 0 ]`,
    };
  },
};
