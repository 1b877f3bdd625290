// A generator breaks each setting in each way: all are refused, at once and at the right place.
import test from "ava";
import { type Leaf, leavesOf } from "../../../stacks/settings/reference/leaves.ts";
import { settingsSchema } from "../../../stacks/settings/schema.ts";
import { readSettings } from "../../../stacks/settings.ts";
import type { Values } from "../small.ts";
import { fullLab, fullReal } from "./full.ts";
import { placeIn } from "./places.ts";
import { wrongValues } from "./wrong.ts";

const leaves = leavesOf(settingsSchema);

function problemsOf(values: Values): string {
  try {
    readSettings({ file: "/nowhere/Pulumi.full.yaml", values, memory: 2 ** 36 });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
const places = (message: string) => [...message.matchAll(/^ {2}(\S.*)$/gm)].map(([, place]) => place!);

const given = ({ path }: Leaf) =>
  [fullLab, fullReal].map((base) => ({ base, place: placeIn(base(), path) })).find(({ place }) => place !== undefined);

test("settings in which everything is given are right", (t) => {
  t.is(problemsOf(fullLab()), "");
  t.is(problemsOf(fullReal()), "");
  // But for what lies in files.
  const absent = leaves.filter((leaf) => !given(leaf)).map(({ path }) => path);
  t.deepEqual(absent, ["watch.ansible", "watch.hosts", "watch.domains"]);
});

test("no setting is without wrong values, nor without a word of what it is and what a change of it does", (t) => {
  t.true(leaves.length > 80);
  const lacking = leaves.filter((leaf) => !wrongValues(leaf) || !leaf.facts.description || !leaf.facts.effect);
  t.deepEqual(
    lacking.map(({ path }) => path),
    [],
  );
});

test("each wrong value of each setting is refused at its place", (t) => {
  let count = 0;
  const missed: string[] = [];
  for (const leaf of leaves) {
    const found = given(leaf);
    const base = found?.base ?? fullLab;
    for (const { at, value } of wrongValues(leaf)!) {
      const values = base();
      values.watch ??= { ansible: [], hosts: [], domains: {} };
      const { holder, name, path } = placeIn(values, leaf.path)!;
      holder[name] = at === "element" ? [value] : value;
      const where = at === "element" ? `${path}[0]` : path;
      const told = places(problemsOf(values));
      // A misspelt key of a list, or a whole list: told at the list's own place.
      if (!told.some((place) => place === where || place.startsWith(`${where}[`)))
        missed.push(`${where}: ${JSON.stringify(value)?.slice(0, 60)} (${told.slice(0, 3)})`);
      count++;
    }
  }
  t.log(`${count} mutations of ${leaves.length} settings`);
  t.deepEqual(missed, []);
  t.true(count >= 400);
});

test("every setting wrong at once: each is told", (t) => {
  for (const base of [fullLab, fullReal]) {
    const values = base();
    const broken = leaves.flatMap((leaf) => {
      const place = placeIn(values, leaf.path);
      if (!place) return [];
      place.holder[place.name] = leaf.element ? [""] : "";
      return [leaf.element ? `${place.path}[0]` : place.path];
    });
    const told = places(problemsOf(values));
    t.true(broken.length > 70);
    t.deepEqual(
      broken.filter((path) => !told.includes(path)),
      [],
    );
  }
});

test("the same twice in a list is refused", (t) => {
  const missed: string[] = [];
  for (const leaf of leaves.filter(({ element, path }) => element && path !== "monitoring.notify[].command")) {
    const values = (given(leaf)?.base ?? fullLab)();
    values.watch ??= { ansible: ["x"], hosts: ["x"] };
    const { holder, name, path } = placeIn(values, leaf.path)!;
    holder[name] = [holder[name][0], holder[name][0]];
    if (!places(problemsOf(values)).includes(`${path}[1]`)) missed.push(path);
  }
  t.deepEqual(missed, []);
});

test("a misspelt name is refused at its place, and the right one is offered", (t) => {
  const missed: string[] = [];
  let count = 0;
  for (const base of [fullLab, fullReal]) {
    const paths: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, part] of Object.entries(value)) {
        const own = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
        if (!Array.isArray(value)) paths.push(own);
        walk(part, own);
      }
    };
    walk(base(), "");
    for (const path of paths) {
      const values = base();
      const keys = [...path.matchAll(/[^.[\]]+/g)].map(([key]) => key);
      const key = keys.pop()!;
      const holder = keys.reduce((value, part) => value[part], values);
      // Letters of one word swapped: never the name of another.
      const wrong = `${key.slice(0, -2)}${key.at(-1)}${key.at(-2)}`;
      if (wrong === key || wrong in holder) continue;
      holder[wrong] = holder[key];
      delete holder[key];
      count++;
      const message = problemsOf(values);
      const where = `${path.slice(0, path.length - key.length)}${wrong}`;
      if (
        !message.includes(`  ${where}\n`) ||
        !/mend: +write "/.test(message.split(`  ${where}\n`)[1]!.split("\n\n")[0]!)
      )
        missed.push(`${where}: ${message.slice(0, 200)}`);
    }
  }
  t.log(`${count} misspelt names`);
  t.deepEqual(missed, []);
});
