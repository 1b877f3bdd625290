import test from "ava";
import { lostServers, mustKeepServers } from "../../../cli/environment/servers.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";
import type { Settings } from "../../../stacks/settings.ts";

const endpoint = (name: string) => `ssh://${name}`;
/** Each letter is a host. */
const recorded = (hosts: string) =>
  ({
    environment: "prod",
    services: [...hosts].flatMap((host) =>
      ["consul-server", "bind"].map((service) => ({ service, host, address: host, endpoint: endpoint(host) })),
    ),
  }) as Inventory;
const settings = (hosts: string, more: Partial<Settings["hosts"][number]> = {}) =>
  ({
    hosts: [
      ...[...hosts].map((name) => ({ name, address: name, endpoint: endpoint(name), roles: ["discovery"], ...more })),
      { name: "z", address: "z", endpoint: endpoint("z"), roles: ["database"] },
    ],
  }) as unknown as Pick<Settings, "hosts">;

const verdict = test.macro<[string, string, boolean]>((t, before, after, taken) => {
  t.is(lostServers(recorded(before), settings(after)) === undefined, taken);
});
test("the same", verdict, "abc", "cab", true);
test("two of three by others: three of five remain", verdict, "abc", "ade", true);
test("all of three by others: none is there to join", verdict, "abc", "def", false);
test("all of three by five others", verdict, "abc", "defgh", false);
test("five to three", verdict, "abcde", "abc", true);
test("five to three, one of them new: three of six remain, no majority", verdict, "abcde", "abf", false);
test("seven to three", verdict, "abcdefg", "abc", false);
test("seven to five", verdict, "abcdefg", "abcde", true);
test("three to five", verdict, "abc", "abcde", true);

test("one at another address is another one", (t) => {
  t.truthy(lostServers(recorded("abc"), settings("abc", { endpoint: "ssh://elsewhere" })));
});

test("how many may go is told, and nothing is asked of an environment that is new", (t) => {
  t.notThrows(() => mustKeepServers(undefined, settings("abc")));
  const error = t.throws(() => mustKeepServers(recorded("abc"), settings("def")), { instanceOf: UserError });
  t.regex(error.message, /discovery on d, e, f, so that 3 of 3 servers of Consul go \(a, b, c\)/);
  t.regex(error.message, /change 2 of them, run trivet up prod, then the others/);
});
