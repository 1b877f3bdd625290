import { galera } from "../../../components/galera/facts.ts";
import { each, type Rule, running } from "../rule.ts";

/** May log in. */
const HARMLESS = ["USAGE"];

/** Users of the operating system's own side, who come by the socket alone: MariaDB's packages make them. */
const LOCAL = /@'localhost'$/;

export const privileges: Rule = {
  name: "privileges",
  title: "no user of an application may change the database server, or data that is not its own",
  of: running(galera.name),
  // What is granted on the system's own tables is as good as a global right.
  ask: {
    script: `mariadb --connect-timeout=2 -NBe "
      SELECT grantee, privilege_type, '*.*' FROM information_schema.user_privileges
      UNION SELECT grantee, privilege_type, CONCAT(table_schema, '.*') FROM information_schema.schema_privileges
        WHERE table_schema IN ('mysql', 'sys', 'performance_schema', '%')
      ORDER BY 1, 2"`,
  },
  judge: each(({ said }) => {
    const granted = said
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t") as [string, string, string])
      .filter(([grantee, privilege]) => !LOCAL.test(grantee) && !HARMLESS.includes(privilege));
    return [...Map.groupBy(granted, ([grantee, , where]) => `${grantee}\t${where}`)].map(([key, grants]) => {
      const [grantee, where] = key.split("\t");
      const rights = grants.map(([, privilege]) => privilege);
      return {
        said: `${grantee} has ${shortened(rights)} on ${where}`,
        expected:
          "rights on the databases of its own alone: with SUPER a client writes past read_only, and can stop replication",
        mend: `REVOKE ${rights.length > SHOWN ? "ALL PRIVILEGES" : rights.join(", ")} ON ${where} FROM ${grantee}`,
      };
    });
  }),
};

const SHOWN = 4;
const shortened = (rights: string[]) =>
  rights.length > SHOWN ? `${rights.slice(0, SHOWN).join(", ")} and ${rights.length - SHOWN} more` : rights.join(", ");
