import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { parse } from "yaml";
import { type Asker, type Choice, nobody, type Question } from "../../../cli/init/ask.ts";
import { gather } from "../../../cli/init/gather.ts";
import { webAddress } from "../../../components/icinga/recipients.ts";
import { serverAddressSchema } from "../../../core/address.ts";
import { UserError } from "../../../core/errors.ts";
import { readGiven } from "../../../stacks/init/given.ts";
import { settingsText } from "../../../stacks/init/text.ts";
import { readSettings } from "../../../stacks/settings.ts";

function site(t: ExecutionContext, files: Record<string, string> = {}) {
  const project = mkdtempSync(join(tmpdir(), "trivet-init-"));
  t.teardown(() => rmSync(project, { recursive: true }));
  const folder = join(project, "stacks");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  return { folder, cwd: project, used: { subnets: ["198.18.1.0/24", "10.0.0.0/8"], ports: [8080] } };
}

/** What the settings say that come out of some options and answers. */
async function settled(given: Record<string, unknown>, at: ReturnType<typeof site>, ask: Asker = nobody()) {
  const { plan, notes } = await gather("mine", readGiven("", given), ask, at);
  const config = parse(settingsText(plan)).config as Record<string, unknown>;
  const values = Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name.slice("trivet:".length), value]),
  );
  return { ...readSettings({ file: join(at.folder, "Pulumi.mine.yaml"), values }), plan, notes };
}

const places = `[site_a]
x[1:3].example.org
[site_b]
db1 ansible_host=192.0.2.9
[control]
localhost
`;

test("a lab in the domains of an inventory's groups; names that are taken are not given again", async (t) => {
  const { plan, notes, watched } = await settled({ lab: true, inventory: ["hosts"] }, site(t, { hosts: places }));
  t.deepEqual(
    plan.domains.map(({ name, subnet }) => `${name} ${subnet}`),
    ["site-a 198.18.17.0/24", "site-b 198.18.18.0/24", "fd1 198.18.19.0/24", "office 198.18.20.0/24"],
  );
  t.deepEqual(plan.watch, { ansible: ["../hosts"], hosts: [], domains: { site_a: "site-a", site_b: "site-b" } });
  t.true(plan.hosts.every(({ name }) => name.startsWith("trivet-")));
  t.is(plan.port, 8090);
  t.deepEqual(
    watched.map(({ name, domain }) => `${name} ${domain}`),
    ["x1.example.org site-a", "x2.example.org site-a", "x3.example.org site-a", "db1 site-b"],
  );
  t.deepEqual(notes, [
    "../hosts:6 (host localhost) is left out: it is the machine that Ansible runs on",
    "A lab reaches nothing outside of itself: what is watched by an address of your network is shown as down.",
  ]);
});

test("hosts that nothing places are watched from the first domain, and that is said", async (t) => {
  const at = site(t, { hosts: "a ansible_host=192.0.2.1\nb ansible_host=10.2.0.9\n" });
  const domain = ["n=10.1.0.0/24", "s=10.2.0.0/24", "w=10.3.0.0/24"];
  const host = ["n1=10.1.0.1", "n2=10.1.0.2", "s1=10.2.0.1", "s2=10.2.0.2", "w1=10.3.0.1=ssh://me@w1:2222"];
  const { plan, notes, watched } = await settled({ domain, host, inventory: ["hosts"] }, at);
  t.deepEqual(plan.watch.domains, { all: "n" });
  t.deepEqual(
    watched.map((each) => each.domain),
    ["n", "s"],
  );
  t.deepEqual(notes, [
    "1 of 2 watched hosts are in no group or subnet of a failure domain (a): they are watched from n. Place them by --place <group>=<domain>, or under watch.domains.",
  ]);
  t.deepEqual(
    plan.hosts.map(({ name, roles, endpoint }) => `${name} ${endpoint}: ${roles.join(" ")}`),
    [
      "n1 ssh://trivet@10.1.0.1: database discovery time master",
      "n2 ssh://trivet@10.1.0.2: satellite web entry",
      "s1 ssh://trivet@10.2.0.1: database discovery time master",
      "s2 ssh://trivet@10.2.0.2: satellite web",
      "w1 ssh://me@w1:2222: database discovery time satellite",
    ],
  );
});

test("a webhook by name is looked up by each DNS server; without one to ask it is refused", async (t) => {
  const domain = ["n=10.1.0.0/24", "s=10.2.0.0/24", "w=10.3.0.0/24"];
  const host = ["n1=10.1.0.1", "s1=10.2.0.1", "w1=10.3.0.1"];
  const told = { lab: false, domain, host, notify: "https://pager.corp.internal/hook" };
  const found = await settled({ ...told, dns: "10.1.0.53" }, site(t));
  t.deepEqual(found.settings.dns.lookup, ["pager.corp.internal"]);
  t.deepEqual(found.notes, []);
  await t.throwsAsync(settled(told, site(t)), {
    instanceOf: UserError,
    message:
      "--notify https://pager.corp.internal/hook: a name, which nobody resolves without a DNS server that knows it: give that by --dns, or the webhook by its address",
  });
  t.deepEqual((await settled({ ...told, notify: "http://192.0.2.7/" }, site(t))).notes, []);
});

test("where nobody is asked, all that is missing is named by its option", async (t) => {
  const error = await t.throwsAsync(settled({ lab: false }, site(t)), { instanceOf: UserError });
  t.is(
    error?.message,
    `There is no terminal to ask at, and these have no default:
  --domain  Failure domains, each with its subnet: name=subnet, …
  --host  Hosts, each with its address: name=address`,
  );
});

test("what is wrong in options is told all at once, by their names", (t) => {
  const error = t.throws(
    () => readGiven("What was given", { domain: ["a=10.1.0.1/24", "b"], sshUser: "", host: ["x=1"], inventroy: ["h"] }),
    { instanceOf: UserError },
  );
  t.deepEqual(error?.message.match(/^ {2}\S.*$|expected: .*$|mend: .*write.*$/gm), [
    "  --domain (1)",
    'expected: the subnet\'s first address: "10.1.0.0/24"',
    "  --domain (2)",
    'expected: a name and a subnet, such as "north=10.1.0.0/24"',
    "  --host (1)",
    'expected: "name=address" or "name=address=endpoint", such as "db1=10.1.0.11=ssh://admin@10.1.0.11"',
    "  --ssh-user",
    "expected: a text that is not empty",
    "  --inventroy",
    `expected: one of ${Object.keys({ lab: 1, domain: 1, host: 1, sshUser: 1, inventory: 1, hostsFile: 1, place: 1, ntp: 1, dns: 1, notify: 1, port: 1 }).join(", ")}`,
    'mend:     write "inventory"',
  ]);
});

test("problems of an inventory stop it, as they would stop the environment", async (t) => {
  const at = site(t, { hosts: "a ansible_host={{ip}}\n" });
  const error = await t.throwsAsync(settled({ lab: true, inventory: "hosts" }, at), { instanceOf: UserError });
  t.regex(error!.message, /^What is to be watched: 1 problem\n\n {2}\.\.\/hosts:1 \(host a, ansible_host\)/);
});

test("a person is asked for each thing once, and for nothing that was given", async (t) => {
  const asked: string[] = [];
  const answers: Record<string, string> = {
    "--inventory": "hosts",
    "--domain": "north=10.1.0.0/24, south=10.2.0.0/24, west=10.3.0.0/24",
    "--ntp": "10.1.0.251 10.2.0.251",
  };
  const hosts = ["n1=10.1.0.1 n2=10.1.0.2", "s1=10.2.0.1 s2=10.2.0.2", "w1=10.3.0.1"];
  const ask: Asker = {
    text: async ({ flag, default: usual, wrong }: Question) => {
      asked.push(flag);
      const answer = flag === "--host" ? hosts.shift()! : (answers[flag] ?? usual!);
      t.is(wrong?.(answer), undefined);
      return answer;
    },
    choice: async <T>({ options }: Choice<T>) => {
      asked.push(options.map(({ name }) => name).join(" | "));
      return options[1]!.value;
    },
    done() {},
  };
  const { settings, watched } = await settled({ dns: ["10.1.0.53"] }, site(t, { hosts: places }), ask);
  t.deepEqual(asked, [
    "a lab on this machine | real hosts over SSH",
    "--inventory",
    "--hosts-file",
    "their groups site_a, site_b | one for all of them",
    "--domain",
    "--host",
    "--host",
    "--host",
    "--ntp",
    "--notify",
  ]);
  t.deepEqual(settings.time.upstream, ["10.1.0.251", "10.2.0.251"]);
  t.true(watched.every(({ domain }) => domain === "north"));
});

const counts = fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 3, maxLength: 6 });
const random = fc.record({
  lab: fc.boolean(),
  ownHosts: fc.boolean(),
  counts,
  bits: fc.integer({ min: 20, max: 28 }),
  groups: fc.constantFrom("dc", "site_", "role"),
  watched: fc.integer({ min: 0, max: 12 }),
  dns: fc
    .uniqueArray(fc.ipV4(), { maxLength: 2 })
    .map((all) => all.filter((each) => serverAddressSchema.safeParse(each).success)),
  notify: fc.option(
    fc.webUrl({ validSchemes: ["http", "https"] }).filter((url) => webAddress.safeParse(url).success),
    { nil: undefined },
  ),
  ssh: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
});

test("random answers give settings that pass", async (t) => {
  const at = site(t);
  await fc.assert(
    fc.asyncProperty(random, async ({ lab, ownHosts, counts, bits, groups, watched, dns, notify, ssh }) => {
      const subnetOf = (index: number) => `10.${index}.0.0/${bits}`;
      const lines = Array.from({ length: watched }, (_, index) => [
        `[${groups}${index % counts.length}]`,
        `db${index} ansible_host=192.0.2.${index + 1}`,
      ]);
      writeFileSync(join(at.cwd, "hosts"), `${lines.flat().join("\n")}\n`);
      const hosts = counts.flatMap((count, domain) =>
        Array.from({ length: count }, (_, index) => `h${domain}-${index}=10.${domain}.0.${index + 3}`),
      );
      const given = {
        lab,
        ...((!lab || ownHosts) && { domain: counts.map((_, index) => `d${index}=${subnetOf(index)}`), host: hosts }),
        ...(watched > 0 && { inventory: ["hosts"] }),
        dns,
        // A name wants somebody who knows it.
        notify: dns.length > 0 ? notify : notify && "https://192.0.2.7/hook",
        sshUser: ssh,
      };
      const { settings, watched: seen } = await settled(given, at);
      t.is(seen.length, watched);
      if (!lab) t.deepEqual(settings.dns.upstream, dns);
    }),
    { numRuns: 30 },
  );
});
