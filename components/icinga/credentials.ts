import { ports } from "../galera/facts.ts";
import { optionValue } from "../galera/optionFile.ts";
import { credentialGroup } from "./commands.ts";
import type { DatabaseAccess } from "./node.ts";

/**
 * How the `mariadb` client reaches a database: option file of the scripts that wait for a schema. What is of that client alone is in
 * its own group: `mariadb-dump` reads the other.
 */
export function clientCnf(database: DatabaseAccess<string>): string {
  return `[client]
host = ${optionValue(database.host)}
port = ${database.port ?? ports.client}
user = ${optionValue(database.user)}
password = ${optionValue(database.password)}
skip-ssl-verify-server-cert

[mariadb-client]
database = ${optionValue(database.name)}
connect-timeout = 2
# On a cluster: read what any node has committed, whichever node answers.
init-command = "SET SESSION wsrep_sync_wait = 15"
`;
}

/** Where the host that imports a schema puts what it dumps before an upgrade. */
export const dumpsFolder = "/var/lib/trivet/dumps";

/** A user that `mysql` checks log in as. */
export interface CheckCredential<Secret> {
  user: string;
  password: Secret;
}

/** Option file of the `mysql` checks: a group for each credential. */
export function credentialsCnf(credentials: Record<string, CheckCredential<string>>): string {
  return Object.entries(credentials)
    .map(
      ([name, { user, password }]) =>
        `[${credentialGroup(name)}]\nuser = ${optionValue(user)}\npassword = ${optionValue(password)}\nskip-ssl-verify-server-cert\n`,
    )
    .join("\n");
}
