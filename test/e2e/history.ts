import type { Inventory } from "../../core/inventory.ts";
import { inContainer, serviceOn } from "./environment.ts";

/** Statements in the database `icinga`, as its root on the first database host: rows without their heads. */
export async function icingaSql(inventory: Inventory, statements: string): Promise<string[]> {
  const host = inventory.hosts.find(({ roles }) => roles.includes("database"))!.name;
  const client = ["mariadb", "--socket=/run/mysqld/mysqld.sock", "--user=root", "--skip-column-names", "--batch"];
  const { stdout } = await inContainer(
    serviceOn(inventory, host, "galera"),
    ...client,
    "-e",
    `SET SESSION wsrep_sync_wait = 15; ${statements}`,
    "icinga",
  );
  return stdout.split("\n").filter(Boolean);
}
