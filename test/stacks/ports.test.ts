// What the rule about ports of one host goes by is what firewalls let through to it.
import test from "ava";
import { flowsOf } from "../../stacks/flows.ts";
import { listeners } from "../../stacks/ports.ts";
import { entryPort } from "../../stacks/settings/entry.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";
import { complaint, type Values } from "./small.ts";

for (const environment of ["staging", "production", "dev"]) {
  test(`${environment}: each flow leads to a port that the rule knows of, and no two roles of a host share one`, (t) => {
    const { settings } = readSettings(fileSettings(environment));
    const unknown = new Set<string>();
    let count = 0;
    for (const { name, protocol, port, to } of flowsOf(settings, [])) {
      for (const { roles } of settings.hosts.filter((host) => to.includes(host.name) && port !== undefined)) {
        count++;
        const known = listeners(roles, entryPort(settings)).some(
          (each) => each.port === port && each.protocol === protocol,
        );
        if (!known) unknown.add(`${name}: ${port}/${protocol} of ${roles}`);
      }
    }
    t.deepEqual([...unknown], []);
    t.true(count > 30);
    for (const { roles, name } of settings.hosts) {
      const taken = listeners(roles, entryPort(settings)).map(
        ({ port, protocol, role }) => `${port}/${protocol} ${role}`,
      );
      const shared = [...Map.groupBy(new Set(taken), (each) => each.split(" ")[0])].filter(
        ([, same]) => same.length > 1,
      );
      t.deepEqual(shared, [], name);
    }
  });
}

test("roles with ports of their own share a host, those with the same one don't", (t) => {
  const roles = (values: Values, ...given: string[]) => (values.hosts[2].roles = [...values.hosts[2].roles, ...given]);
  t.is(
    complaint((values) => roles(values, "web")),
    "",
  );
  t.regex(
    complaint((values) => roles(values, "master")),
    /satellite .*and master .*which both listen on 5665\/tcp of a3|master .*and satellite .*which both listen on 5665\/tcp of a3/,
  );
});
