import test from "ava";
import { mustReach } from "../../../checks/run/reach.ts";
import type { Session } from "../../../checks/workloads/session.ts";
import type { Inventory } from "../../../core/inventory.ts";

const site = {
  environment: "site",
  database: { port: 3306 },
  services: ["10.1.0.1", "10.2.0.1"].map((address, index) => ({ service: "galera", host: `db${index + 1}`, address })),
} as unknown as Inventory;

test("one database that lets a client in is enough: the others may be what is looked at", async (t) => {
  let open = 0;
  await t.notThrowsAsync(
    mustReach(site, async (address) => {
      if (address === "10.1.0.1") throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
      open++;
      return { destroy: () => open-- } as unknown as Session;
    }),
  );
  t.is(open, 0, "and it is left again");
});

test("none: it is told what is missing, and that the clients run here", async (t) => {
  await t.throwsAsync(
    mustReach(site, async (address) => {
      throw address === "10.1.0.1" ? Object.assign(new Error("late"), { code: "ETIMEDOUT" }) : new Error("gone");
    }),
    {
      name: "UserError",
      message:
        /^This machine reaches no database of "site": db1 \(10\.1\.0\.1:3306\): ETIMEDOUT; db2 \(10\.2\.0\.1:3306\): gone\. The suite's clients run here\..* Nothing was touched\.$/,
    },
  );
});
