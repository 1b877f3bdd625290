import test from "ava";
import { rules } from "../../checks/audit/index.ts";
import { contextOf } from "../../checks/run/experiment.ts";
import type { Observation } from "../../core/health.ts";
import type { Inventory } from "../../core/inventory.ts";
import { steadyState } from "../../health/steadyState.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";
import { type Made, run } from "./program.ts";

// One setting, and all who judge by it: each limit is changed once, and must be seen by every one of them.

const { settings, watched } = readSettings(fileSettings("dev"));
Object.assign(settings.time, { warning: "2s", critical: "5s" });
Object.assign(settings.database, { diskWarning: 60, diskFull: 70, joinTimeout: "20m" });
const [db1] = settings.hosts;
const host = { name: db1!.name, address: db1!.address, domain: db1!.domain, groups: [] };
const own = { kind: "ntp", name: "its own", warning: "1s", server: "198.18.1.53" } as const;
const asked = {
  settings,
  watched: [
    ...watched.filter(({ name }) => name !== host.name),
    { ...host, checks: [{ kind: "capacity" as const }, { kind: "ntp" as const }, own] },
  ],
};
const made = run("dev", {}, asked);

const inputsOf = (resources: Made[], name: string) => resources.find((resource) => resource.name === name)!.inputs;
/** What is secret comes in a wrapper. */
const bare = <T>(input: T | { value: T }): T =>
  typeof input === "object" && input !== null && "value" in input ? input.value : (input as T);
const uploads = (resources: Made[], name: string): Record<string, string> => {
  const files = bare<{ file: string; content: string }[]>(inputsOf(resources, name).uploads);
  return Object.fromEntries(files.map(({ file, content }) => [file, content]));
};
/** What Icinga is given, as one text. */
const objects = (resources: Made[]) =>
  Object.values(bare<Record<string, string>>(inputsOf(resources, "icinga-objects").files)).join("\n");
const inventoryOf = async () => (await made).inventory as unknown as Inventory;

function seen(inventory: Inventory, offset: number): string[] {
  const service = inventory.services.find((record) => record.service === "chrony")!;
  const node: Observation = {
    service,
    container: "running",
    fit: true,
    health: { state: "synchronised", detail: "", offset },
  };
  return steadyState(inventory, [node]).problems.map(({ rule, text }) => `${rule} ${text.split(":")[0]}`);
}

test("clocks: the node, Consul's check, status, Icinga, the audit, the suite", async (t) => {
  t.timeout(5 * 60_000);
  const { resources } = await made;
  const inventory = await inventoryOf();
  const keeper = JSON.parse(uploads(resources, "db1-galera")["/etc/trivet/galera/keeper.json"]!);
  t.like(keeper.clock, { warning: 2_000_000, critical: 5_000_000 }, "health, and so the gate");
  t.deepEqual(
    [1.5, -3, 6].map((offset) => seen(inventory, offset)),
    [[], ["clock warning"], ["clock critical"]],
  );
  t.regex(objects(resources), /ntp_critical = 5\n\s*ntp_warning = 2\n|ntp_warning = 2\n\s*(vars\.)?ntp_critical = 5\n/);
  t.regex(objects(resources), /ntp_warning = 1\n/, "a check with a limit of its own keeps it");
  const rule = rules.find(({ name }) => name === "time-sources")!;
  const service = inventory.services.find((record) => record.service === "chrony")!;
  const said = (behind: number) => `tracking,C6120135,198.18.1.53,3,0,${behind},0,0,0,0,0,0,0,0,Normal`;
  const off = (behind: number) =>
    rule
      .judge([{ service, said: said(behind) }], { ...inventory, hosts: [] })
      .filter((each) => each.said.endsWith("off"));
  t.is(off(1.5).length, 0);
  t.is(off(3).length, 1);
  t.like(contextOf(inventory, { faults: [], must: [] }).clock, { warning: 2, critical: 5 });
});

test("disks: the node, Consul's check, Icinga, the audit", async (t) => {
  t.timeout(5 * 60_000);
  const { resources } = await made;
  const inventory = await inventoryOf();
  t.regex(
    inputsOf(resources, "db1-galera-settings").files.capacity,
    /^warning=60\nfull=70\n/,
    "health, and so the gate; Consul's check of the disks, which the keeper answers",
  );
  // The plugin alerts above a limit, and the limit itself counts.
  t.regex(objects(resources), /mysql_query_critical = 69.9\n/);
  t.regex(objects(resources), /mysql_query_warning = 59.9\n/);
  const rule = rules.find(({ name }) => name === "disk-limits")!;
  const [service] = rule.of(inventory);
  t.is(rule.judge([{ service: service!, said: "warning=60\nfull=70\ncounted=0" }], inventory).length, 0);
  t.is(rule.judge([{ service: service!, said: "warning=80\nfull=95\ncounted=0" }], inventory).length, 2);
});

test("how long a node may take: its gate, and restarts", async (t) => {
  const { resources } = await made;
  t.is(inputsOf(resources, "db1-galera-healthy").timeout, 1_200);
  t.is((await inventoryOf()).database.joinTimeout, 1_200);
});
