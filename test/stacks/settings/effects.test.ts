// What the settings' page says of a change is what the program does with it.
import test from "ava";
import { z } from "zod";
import type { Effect } from "../../../core/setting.ts";
import { type Leaf, leavesOf } from "../../../stacks/settings/reference/leaves.ts";
import { settingsSchema } from "../../../stacks/settings/schema.ts";
import { readSettings } from "../../../stacks/settings.ts";
import { run } from "../program.ts";
import type { Values } from "../small.ts";
import { fullReal } from "./full.ts";
import { placeIn } from "./places.ts";

/** Where another right value does not follow from what it is. */
const others: Record<string, unknown> = {
  allowChaos: ["database-stop"],
  "database.evs.inactiveTimeout": "6s",
  "monitoring.notify[].mail.security": "tls",
  "monitoring.notify[].mail.to": ["others@example.org"],
  "monitoring.notify[].command": ["/usr/bin/other"],
};

function another({ path, schema, facts: { kind } }: Leaf, value: Values): unknown {
  if (path in others) return others[path];
  if (schema instanceof z.ZodEnum) return schema.options.find((option) => option !== value);
  if (typeof value === "number") return value - 1;
  const figure = Number.parseInt(value, 10);
  if (kind === "size" || kind === "duration") return value.replace(/^\d+/, kind === "size" ? figure + 1 : figure * 0.9);
  return kind === "mail address" ? `x${value}` : `${value}x`;
}

const base = () => {
  const values = fullReal();
  return { ...values, monitoring: { ...values.monitoring, backend: "icingadb" } };
};

async function made(values: Values): Promise<Map<string, string>> {
  const { settings, watched } = readSettings({ file: "/nowhere/Pulumi.x.yaml", values });
  const { resources } = await run("x", {}, { settings, watched });
  return new Map(resources.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]));
}

/** Types of resources that are others once every setting of an effect is changed. */
async function changedBy(effect: Effect): Promise<{ count: number; types: string[] }> {
  const values = base();
  const leaves = leavesOf(settingsSchema).filter((leaf) => leaf.facts.effect === effect && placeIn(values, leaf.path));
  for (const leaf of leaves) {
    const { holder, name } = placeIn(values, leaf.path)!;
    holder[name] = another(leaf, holder[name]);
  }
  const [before, after] = [await made(base()), await made(values)];
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => before.get(name) !== after.get(name));
  return { count: leaves.length, types: [...new Set(changed.map((name) => name.split(" ")[0]!))].toSorted() };
}

test.serial("a change that is said to change nothing that runs changes but the wait for a node", async (t) => {
  const { count, types } = await changedBy("none");
  t.true(count >= 12);
  t.deepEqual(types, ["trivet:index:HealthGate"]);
});

test.serial("a change that is said to be a reload touches no container", async (t) => {
  const { count, types } = await changedBy("reload");
  t.true(count >= 24);
  t.deepEqual(types, ["trivet:index:ConfigFiles", "trivet:index:HealthGate"]);
});
