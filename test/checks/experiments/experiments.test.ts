import test from "ava";
import { experiments, named } from "../../../checks/experiments/index.ts";
import { UserError } from "../../../components/errors.ts";

test("every experiment has a name of its own, a sentence and a time", (t) => {
  const names = experiments.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const { name, title, hold } of experiments) {
    t.regex(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
    t.regex(title, /^[A-Z].*[^.]$/, name);
    t.true(hold > 0 && hold <= 90, name);
  }
});

test("there are thirty at least, and a short set", (t) => {
  t.true(experiments.length >= 30);
  t.true(experiments.filter(({ quick }) => quick).length >= 5);
});

test("experiments are found by name, in the order in which they run", (t) => {
  const found = named(["consul-leader-kill", "database-kill"]);
  t.deepEqual(
    found.map(({ name }) => name),
    ["database-kill", "consul-leader-kill"],
  );
  t.throws(() => named(["databse-kill"]), { instanceOf: UserError, message: /no experiment "databse-kill"/ });
});
