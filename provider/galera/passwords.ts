import { z } from "zod";
import type { RetiredPasswordsInputs } from "../../components/galera/passwords.ts";
import { exec } from "../../hosts/exec.ts";
import { containerAddress, type Kind } from "../kind.ts";

/** Milliseconds that the statements may take: each is replicated to all nodes. */
const TAKEN = 60_000;

/** By any node: all others follow. */
async function retire({ nodes }: RetiredPasswordsInputs): Promise<void> {
  const failures: string[] = [];
  for (const node of nodes) {
    const command = "mariadb --socket=/run/mysqld/mysqld.sock --user=root < /etc/trivet/galera/passwords.sql";
    try {
      const { code, output } = await exec(node, ["bash", "-c", command], TAKEN);
      if (code === 0) return;
      // What follows may be a password.
      failures.push(`${node.container}: ${output.replaceAll(/ near .*/gs, "")}`);
    } catch (error) {
      failures.push(`${node.container}: ${(error as Error).message}`);
    }
  }
  throw new Error(`Former passwords are still valid, no node took the change. ${failures.join("; ")}`);
}

/** Ends the former passwords of the database's users when there are new ones. */
export const retiredPasswords: Kind<RetiredPasswordsInputs> = {
  inputs: z.strictObject({ nodes: z.array(containerAddress), digest: z.string() }),
  updates: ["digest"],
  async create(inputs) {
    return { id: "passwords", outputs: inputs };
  },
  async update(_olds, news) {
    await retire(news);
    return news;
  },
};
