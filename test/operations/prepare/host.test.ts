import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { Failure, UserError } from "../../../core/errors.ts";
import { apply, planFor, restore, type Wanted } from "../../../operations/prepare/index.ts";
import { startSshd } from "../../hosts/sshd.ts";

// A host is a folder, by a real SSH connection; the programs that would change this machine only write down what they are told.

const sshd = await startSshd();
sshd.know();
const { endpoint } = sshd;
const top = mkdtempSync(join(tmpdir(), "trivet-prepare-"));
const root = join(top, "root");
const state = join(top, "state");
process.env.TRIVET_ROOT = root;
process.env.PATH = `${join(top, "bin")}:${process.env.PATH}`;

const program = (name: string, text: string) => {
  const path = join(top, "bin", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/bash\nstate=${state}\n${text}\n`);
  chmodSync(path, 0o755);
};
program("sudo", 'shift; exec "$@"');
program("apt-get", 'echo "apt-get $*" >> $state/calls');
program("apt-cache", "exit 1");
program("ss", 'echo "tcp LISTEN 0 128 0.0.0.0:9100 0.0.0.0:* users:((\\"exporter\\",pid=1,fd=3))"');
program("service", 'echo "service $*" >> $state/calls');
program(
  "systemctl",
  `case $1 in
  is-enabled) [ -e $state/enabled.$3 ] ;;
  is-active) [ -e $state/active.$3 ] ;;
  show) echo "$5.service" ;;
  *) echo "systemctl $*" >> $state/calls
    [ "$1" = enable ] && touch $state/enabled.\${!#}
    [ "$1" = disable ] && rm -f $state/enabled.\${!#}
    [ "$1" = start ] && touch $state/active.$2
    [ "$2" = --now ] && { if [ "$1" = enable ]; then touch $state/active.$3; else rm -f $state/active.$3; fi; }
    exit 0 ;;
esac`,
);
program("systemd-run", 'while [ "$1" != /bin/sh ]; do shift; done; setsid "$@" < /dev/null > /dev/null 2>&1 &');
program("docker", '[ "$1" = ps ] && cat $state/containers; [ "$1" = info ] && echo inactive; exit 0');
program(
  "dockerd",
  '[ "$1" = --help ] && echo " --validate"; [ "$1" = --validate ] && exit $(cat $state/dockerd-code); exit 0',
);
program(
  "sshd",
  '[ "$1" = -t ] && exit $(cat $state/sshd-code); printf "port 22\\nmaxstartups 10:30:100\\nmaxsessions 10\\n"',
);
program(
  "nft",
  `case $1 in
  -c) exit 0 ;;
  -f) text=$(cat "\${2/#-//dev/stdin}" | sed '1,/^delete table/d'); if [ -n "$text" ]; then echo "$text" > $state/table; else rm -f $state/table; fi ;;
  list) if [ "$2" = table ]; then cat $state/table; fi ;;
esac`,
);

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const read = (path: string) => readFileSync(join(root, path), "utf8");
const calls = () => readFileSync(join(state, "calls"), "utf8");

test.beforeEach(() => {
  for (const folder of [root, state]) rmSync(folder, { recursive: true, force: true });
  sshd.know();
  for (const [name, text] of Object.entries({
    calls: "",
    containers: "galera\n",
    "sshd-code": "0",
    "dockerd-code": "0",
  }))
    put(join(state, name), text);
  put(join(root, "etc/os-release"), 'ID="debian"\n');
  put(join(root, "etc/docker/daemon.json"), '{"data-root": "/srv"}\n');
  put(join(root, "etc/ssh/sshd_config"), "Include /etc/ssh/sshd_config.d/*.conf\n");
  mkdirSync(join(root, "etc/ssh/sshd_config.d"));
  mkdirSync(join(root, "run/systemd/system"), { recursive: true });
  put(join(state, "enabled.systemd-timesyncd"), "");
  put(join(state, "active.systemd-timesyncd"), "");
});
test.after.always(() => {
  sshd.close();
  rmSync(top, { recursive: true });
});

const openings: Wanted["openings"] = [
  { protocol: "tcp", port: 4567, from: ["198.51.100.11"], purposes: ["Galera replication"] },
];
const wanted: Wanted = {
  environment: "staging",
  name: "north1",
  domain: "north",
  endpoint,
  openings,
  declared: openings,
  site: ["192.0.2.0/24"],
};
const prepare = async () => apply(wanted, await planFor(wanted), () => {}, { confirmWithin: 60 });

/** All files of the host but what only lasts until it restarts. */
const tree = () =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(join(root, "run")))
      .map((path) => [path, readFileSync(path, "utf8")]),
  );

test.serial(
  "a plan changes nothing; once applied nothing is left to do; a restore leaves the host as it was",
  async (t) => {
    const before = tree();
    const plan = await planFor(wanted);
    t.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ["docker", "sshd", "clock", "firewall", "unit", "file", "unit", "unit"],
    );
    t.deepEqual(plan.closes, ["tcp 9100 (exporter)"]);
    t.deepEqual(tree(), before);
    t.is(calls(), "");

    await apply(wanted, plan, () => {}, { confirmWithin: 60 });
    t.is(JSON.parse(read("etc/docker/daemon.json"))["data-root"], "/srv");
    t.regex(read("etc/ssh/sshd_config.d/00-trivet.conf"), /MaxStartups 100:30:200/);
    t.regex(readFileSync(join(state, "table"), "utf8"), /tcp dport 4567 accept/);
    for (const call of [
      "reload docker",
      "restart docker",
      "reload ssh",
      "disable --now systemd-timesyncd",
      "enable --now trivet-firewall.service",
      "enable --now trivet-host.service",
    ])
      t.true(calls().includes(`systemctl ${call}\n`), call);
    t.true(calls().indexOf("reload docker") < calls().indexOf("restart docker"), "live-restore first");
    const { changes, closes } = await planFor(wanted);
    t.deepEqual([changes, closes], [[], []]);

    const listed = await restore(endpoint, "list");
    t.true(
      listed.some(
        (former) => former.kind === "file" && former.path === "/etc/docker/daemon.json" && former.how === "former",
      ),
    );
    t.true(
      listed.some(
        (former) => former.kind === "unit" && former.unit === "systemd-timesyncd" && former.enabled && former.active,
      ),
    );
    t.deepEqual(await restore(endpoint, "do"), listed);
    t.deepEqual(tree(), before);
    t.false(existsSync(join(state, "table")));
    t.true(existsSync(join(state, "active.systemd-timesyncd")));
    t.false(calls().includes("stop trivet-host"), "that would end all containers");
    t.deepEqual(await restore(endpoint, "list"), []);
  },
);

test.serial("rules that let no new connection in are taken back by the host itself", async (t) => {
  put(join(state, "table"), "table inet trivet { chain former }\n");
  const plan = await planFor(wanted);
  const rules = { ...plan, changes: plan.changes.filter(({ kind }) => kind === "firewall") };
  // The connection that is there goes on.
  sshd.know("another");
  const error = await t.throwsAsync(
    apply(wanted, rules, () => {}, { confirmWithin: 3 }),
    { instanceOf: Failure },
  );
  t.regex(error.message, /no new SSH connection came through, so they were taken back after 3 s/);
  t.is(readFileSync(join(state, "table"), "utf8"), "table inet trivet { chain former }\n");
  t.false(existsSync(join(root, "etc/trivet/firewall.nft")), "nor would they be loaded after a restart");
});

test.serial("what sshd or Docker does not take is not left there", async (t) => {
  put(join(state, "sshd-code"), "1");
  await t.throwsAsync(prepare(), { instanceOf: Failure, message: /sshd does not take .*: the former one is back/ });
  t.false(existsSync(join(root, "etc/ssh/sshd_config.d/00-trivet.conf")));
  put(join(state, "dockerd-code"), "1");
  rmSync(join(root, "etc/docker/daemon.json"));
  await t.throwsAsync(prepare(), { instanceOf: Failure, message: /dockerd does not take .*: the former one is back/ });
});

test.serial("a file that somebody has changed since stays", async (t) => {
  await prepare();
  put(join(root, "etc/docker/daemon.json"), '{"debug": true}\n');
  const done = await restore(endpoint, "do");
  t.true(
    done.some(
      (former) => former.kind === "file" && former.path === "/etc/docker/daemon.json" && former.how === "changed",
    ),
  );
  t.is(read("etc/docker/daemon.json"), '{"debug": true}\n');
  t.is(read("var/lib/trivet/prepared/files/%etc%docker%daemon.json.former"), '{"data-root": "/srv"}\n');
});

test.serial("a host has one environment", async (t) => {
  await prepare();
  await t.throwsAsync(planFor({ ...wanted, environment: "production" }), {
    instanceOf: UserError,
    message: /north1 is prepared for the environment "staging".*trivet hosts restore staging --host north1/,
  });
});

test.serial("without systemd that is said, and its own init is used", async (t) => {
  rmSync(join(root, "run/systemd"), { recursive: true });
  const { changes, leftOut } = await planFor(wanted);
  t.deepEqual(
    changes.map(({ kind }) => kind),
    ["docker", "sshd", "firewall"],
  );
  t.deepEqual(
    leftOut.map((text) => text.split(":")[0]),
    ["the firewall after a restart of the host", "trivet-host.service, which ends containers in order at shutdown"],
  );
  await prepare();
  t.true(calls().includes("service docker restart\n") && calls().includes("service ssh reload\n"));
  t.false(calls().includes("systemctl"));
});

test.serial("a container that does not run any more stops it", async (t) => {
  program(
    "docker",
    '[ "$1" = ps ] && { cat $state/containers; : > $state/containers; }; [ "$1" = info ] && echo inactive; exit 0',
  );
  put(join(state, "containers"), "galera\n");
  const plan = await planFor(wanted);
  put(join(state, "containers"), "galera\n");
  await t.throwsAsync(
    apply(wanted, plan, () => {}, { confirmWithin: 60 }),
    {
      instanceOf: Failure,
      message: /north1: galera ran before and does not now/,
    },
  );
});
