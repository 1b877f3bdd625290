import { text } from "../../core/sql.ts";

/**
 * The limit of each user, for the running database and for users that an older version made. It changes nothing where nothing
 * differs: each ALTER USER goes through the whole cluster.
 */
export function userLimitsSql(users: readonly string[], perUser: number): string {
  return users
    .map((user) => {
      const alter = text(`ALTER USER ${text(user)}@'%' WITH MAX_USER_CONNECTIONS ${perUser}`);
      return `SET @now = (SELECT max_user_connections FROM mysql.user WHERE user = ${text(user)} AND host = '%');
EXECUTE IMMEDIATE IF(@now <> ${perUser}, ${alter}, 'DO 0');\n`;
    })
    .join("");
}
