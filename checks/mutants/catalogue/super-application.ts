import { galera } from "../../../components/galera/facts.ts";
import type { ServiceRecord } from "../../../core/inventory.ts";
import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

/** The application's user, as stacks/program.ts names it. */
const user = "'trivet_app'@'%'";

const sql = (service: ServiceRecord, statement: string) =>
  within(service, `mariadb --connect-timeout=2 -NBe "${statement}"`);

export const superApplication: Mutant = {
  name: "super-application",
  title: "The application's user may do anything on the database server",
  of: running(galera.name),
  // Grants are the cluster's: the others find it done.
  inject: (service) => sql(service, `GRANT SUPER ON *.* TO ${user}`),
  heal: (service) => sql(service, `REVOKE SUPER ON *.* FROM ${user}`),
  healed: (service) =>
    within(
      service,
      `[ "$(mariadb --connect-timeout=2 -NBe "SELECT COUNT(*) FROM information_schema.user_privileges
      WHERE privilege_type = 'SUPER' AND grantee = '${user.replaceAll("'", "''")}'")" = 0 ]`,
    ),
  foundBy: { rule: "privileges" },
};
