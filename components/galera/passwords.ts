import type * as pulumi from "@pulumi/pulumi";
import { text } from "../../core/sql.ts";
import type { ContainerAddress } from "../../hosts/address.ts";
import { type Given, Provided } from "../provided.ts";

/** A user of the database; `from`: where it may come from, anywhere unless given. */
export interface UserSpec {
  user: string;
  password: string;
  from?: string;
}

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

export interface RetiredPasswordsInputs {
  nodes: ContainerAddress[];
  /** Of the passwords. */
  digest: string;
}

/** The former passwords are valid until this: it depends on all that are told the new ones. */
export class RetiredPasswords extends Provided {
  constructor(name: string, args: Given<RetiredPasswordsInputs>, opts?: pulumi.CustomResourceOptions) {
    super("RetiredPasswords", name, { ...args }, { additionalSecretOutputs: ["digest"], ...opts });
  }
}
