import test from "ava";
import { mustKeepNames } from "../../../cli/environment/renamed.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";
import type { Settings } from "../../../stacks/settings.ts";

const settings = (cluster: string, datacenter: string) =>
  ({ database: { cluster }, discovery: { datacenter } }) as Settings;
const recorded = (cluster?: string, datacenter?: string) =>
  ({
    environment: "prod",
    database: { cluster },
    discovery: datacenter === undefined ? undefined : { datacenter },
  }) as Inventory;

test("another name for a cluster that is there is refused, by its setting and with the way back", (t) => {
  const error = t.throws(() => mustKeepNames(recorded("shop", "dc1"), settings("store", "east")), {
    instanceOf: UserError,
  });
  t.is(
    error.message,
    `Settings of "prod", which is up: 2 problems

  database.cluster
    given:    "store", where the Galera cluster that runs is "shop"
    expected: the same name, since members of another one are refused: a change would split it
    mend:     write "shop" again, or make the environment anew: trivet destroy prod

  discovery.datacenter
    given:    "east", where Consul's data centre that runs is "dc1"
    expected: the same name, since members of another one are refused: a change would split it
    mend:     write "dc1" again, or make the environment anew: trivet destroy prod`,
  );
});

test("the same names, those of an environment that is new, and of one that recorded none, are taken", (t) => {
  t.notThrows(() => mustKeepNames(recorded("shop", "dc1"), settings("shop", "dc1")));
  t.notThrows(() => mustKeepNames(undefined, settings("store", "dc1")));
  t.notThrows(() => mustKeepNames(recorded(), settings("store", "east")));
});

test("a database with data of its own takes over no other one; what is being taken over goes on", (t) => {
  const adopt = [{ name: "old1", address: "10.1.0.5" }];
  const adopting = { database: { cluster: "shop", adopt }, discovery: { datacenter: "dc1" } } as Settings;
  t.throws(() => mustKeepNames(recorded("shop", "dc1"), adopting), {
    instanceOf: UserError,
    message:
      /database\.adopt\n {4}given: {4}members of another cluster, where the database that runs has data of its own/,
  });
  const begun = { ...recorded("shop", "dc1"), database: { cluster: "shop", adopt } } as Inventory;
  t.notThrows(() => mustKeepNames(begun, adopting));
  t.notThrows(() => mustKeepNames(undefined, adopting));
});
