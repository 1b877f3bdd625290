import * as pulumi from "@pulumi/pulumi";
import { type ContainerAddress, run } from "../../hosts/reach.ts";

/** A user of the database; `from`: where it may come from, anywhere unless given. */
export interface UserSpec {
  user: string;
  password: string;
  from?: string;
}

export const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const account = ({ user, from = "%" }: UserSpec): string => `${text(user)}@'${from}'`;

/**
 * Makes a user and its password. A change of password reaches one node, and one client, at a time, so the former one stays
 * valid beside it until `retireSql`.
 */
export function userSql(spec: UserSpec): string[] {
  const { user, password, from = "%" } = spec;
  const alter = text(`ALTER USER ${account(spec)} IDENTIFIED VIA mysql_native_password USING `);
  // An account without a password would be open to anybody if that stayed valid.
  const former =
    "IF(@former REGEXP '^[*][0-9A-F]{40}$', CONCAT(' OR mysql_native_password USING ', QUOTE(@former)), '')";
  return [
    `CREATE USER IF NOT EXISTS ${account(spec)} IDENTIFIED BY ${text(password)};`,
    `SET @former = (SELECT authentication_string FROM mysql.user WHERE user = ${text(user)} AND host = '${from}');`,
    `EXECUTE IMMEDIATE IF(@former = PASSWORD(${text(password)}), 'DO 0', CONCAT(${alter}, QUOTE(PASSWORD(${text(password)})), ${former}));`,
  ];
}

/** Leaves each user the one password that it is to have. */
export function retireSql(users: readonly UserSpec[]): string {
  return users.map((user) => `ALTER USER ${account(user)} IDENTIFIED BY ${text(user.password)};\n`).join("");
}

interface Inputs {
  nodes: ContainerAddress[];
  /** Of the passwords. */
  digest: string;
}

/** Milliseconds that the statements may take: each is replicated to all nodes. */
const TAKEN = 60_000;

/** By any node: all others follow. */
async function retire({ nodes }: Inputs): Promise<void> {
  const failures: string[] = [];
  for (const node of nodes) {
    const command = "mariadb --socket=/run/mysqld/mysqld.sock --user=root < /etc/trivet/galera/passwords.sql";
    try {
      const { code, output } = await run(node, ["bash", "-c", command], TAKEN);
      if (code === 0) return;
      failures.push(`${node.container}: ${output}`);
    } catch (error) {
      failures.push(`${node.container}: ${(error as Error).message}`);
    }
  }
  throw new Error(`Former passwords are still valid, no node took the change. ${failures.join("; ")}`);
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    return { id: "passwords", outs: inputs };
  },
  async update(_id, _olds, news) {
    await retire(news);
    return { outs: news };
  },
  async diff(_id, olds, news) {
    return { changes: olds.digest !== news.digest };
  },
};

/** The former passwords are valid until this: it depends on all that are told the new ones. */
export class RetiredPasswords extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: { nodes: ContainerAddress[]; digest: pulumi.Input<string> },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(provider, name, { ...args }, { additionalSecretOutputs: ["digest"], ...opts });
  }
}
