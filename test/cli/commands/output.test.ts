import test from "ava";
import { partOf } from "../../../cli/commands/output.ts";
import { UserError } from "../../../core/errors.ts";

const outputs = { inventory: { web: { login: { user: "admin" } } }, "a.b": 1 };

test("an output, and a part of it", (t) => {
  t.is(partOf(outputs, "inventory"), outputs.inventory);
  t.deepEqual(partOf(outputs, "inventory.web.login"), { user: "admin" });
  t.is(partOf(outputs, "inventory.web.login.user"), "admin");
});

test("what is not there is told with what is", (t) => {
  const refused = (path: string, message: string) =>
    t.throws(() => partOf(outputs, path), { instanceOf: UserError, message });
  refused("inventories", 'There is no output "inventories": expected one of inventory, a.b.');
  refused("inventory.web.log", 'There is no "log" in inventory.web: expected one of login.');
  refused(
    "inventory.web.login.user.length",
    'There is no "length" in inventory.web.login.user: expected nothing below it.',
  );
  refused("constructor", 'There is no output "constructor": expected one of inventory, a.b.');
});
