import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { execa } from "execa";
import pRetry from "p-retry";
import type { FaultSpec } from "../../checks/faults/fault.ts";
import { plan } from "../../checks/faults/index.ts";
import { type Guards, healLeftovers, openGuards } from "../../checks/guard/index.ts";
import { findBroken } from "../../checks/guard/leftovers.ts";
import { imageTag } from "../../images/index.ts";
import { trivet } from "../e2e/environment.ts";
import {
  buildSite,
  fetched,
  heard,
  hearing,
  inside,
  inventory,
  loopDevices,
  removeSite,
  startedAt,
  throttled,
} from "./guardSite.ts";

/** Each kind of fault on small containers of its own: that it hurts, and that nothing of it is left. */
test.serial.before(async (t) => {
  t.timeout(120_000);
  await trivet("images", "--checks");
  await healLeftovers(inventory, imageTag("guard"));
  await removeSite();
  await buildSite();
});

let guards: Guards;
test.serial.before(async () => {
  guards = await openGuards(inventory, imageTag("guard"));
});
test.serial.after.always(async () => {
  await guards?.close();
  await removeSite();
});

interface Case {
  spec: FaultSpec;
  /** True while it hurts, measured on its victim. */
  hurts(): Promise<boolean>;
  /** What must go on meanwhile. */
  spares?(): Promise<boolean>;
}

const unreachable = async () => !(await fetched("b"));
const web = { hosts: ["b"], service: "redis" as const };

/** Whether it becomes so within some seconds. */
async function soon(so: () => Promise<boolean>, seconds = 5): Promise<boolean> {
  const end = performance.now() + seconds * 1_000;
  while (!(await so())) {
    if (performance.now() > end) return false;
    await setTimeout(200);
  }
  return true;
}

const cases: Case[] = [
  { spec: { fault: "kill", ...web }, hurts: unreachable, spares: () => fetched("a") },
  { spec: { fault: "pause", ...web }, hurts: unreachable, spares: () => fetched("a") },
  { spec: { fault: "stop", ...web }, hurts: unreachable },
  { spec: { fault: "reboot", hosts: ["a", "b"] }, hurts: async () => !(await fetched("a")) && (await unreachable()) },
  { spec: { fault: "cut-off", hosts: ["b"] }, hurts: unreachable, spares: () => fetched("b", "b") },
  {
    spec: { fault: "cut-in", hosts: ["b"] },
    hurts: async () => !(await heard("a", "b")),
    spares: () => heard("b", "a"),
  },
  {
    spec: { fault: "cut-out", hosts: ["b"] },
    hurts: async () => !(await heard("b", "a")),
    spares: () => heard("a", "b"),
  },
  {
    spec: { fault: "cut-ports", ...web, with: { ports: "80" } },
    hurts: unreachable,
    spares: () => heard("a", "b"),
  },
  {
    spec: { fault: "cut-pair", hosts: ["b"], with: { peers: "a" } },
    hurts: async () => !(await fetched("b", "a")) && !(await fetched("a", "b")),
    spares: async () => (await fetched("b")) && (await fetched("b", "c")),
  },
  {
    spec: { fault: "ring", hosts: ["a", "b", "c"] },
    hurts: async () => {
      const { ba, cb, ac } = await hearing("ba", "cb", "ac");
      return !ba && !cb && !ac;
    },
    spares: async () => {
      const { ab, bc, ca } = await hearing("ab", "bc", "ca");
      return ab! && bc! && ca!;
    },
  },
  {
    spec: { fault: "domain-cut", hosts: ["c"] },
    hurts: async () => !(await fetched("b", "c")) && !(await fetched("c", "b")),
    spares: async () => (await fetched("b", "a")) && (await fetched("c")),
  },
  {
    spec: { fault: "time-unreachable", hosts: ["b"] },
    hurts: async () => !(await heard("a", "b", 123)),
    spares: () => heard("a", "b"),
  },
  {
    spec: { fault: "slow", hosts: ["b"], with: { rate: "256kbit" } },
    hurts: async () => !(await fetched("b", undefined, "large")),
    spares: () => soon(() => fetched("b")),
  },
  {
    spec: { fault: "loss", hosts: ["b"], with: { percent: 40 } },
    hurts: async () => {
      const { stdout } = await inside("a", "ping -q -c 40 -i 0.01 -W 1 198.18.250.12");
      return Number(/([\d.]+)% packet loss/.exec(stdout)?.[1]) > 20;
    },
  },
  { spec: { fault: "cpu", ...web, with: { cpus: 0.05 } }, hurts: async () => (await throttled("b")) > 3 },
  {
    spec: { fault: "memory", ...web },
    hurts: async () => (await inside("b", "head -c 64M /dev/zero | tail -c 64M > /dev/null")).exitCode !== 0,
  },
  {
    spec: { fault: "dns-wrong", hosts: ["c"], service: "bind" },
    hurts: async () => (await asked()) === "192.0.2.1",
  },
  {
    spec: { fault: "dns-silent", hosts: ["c"], service: "bind" },
    hurts: async () => (await asked()).includes("no servers"),
  },
];

const asked = async () =>
  (await inside("b", "dig +short +time=1 +tries=1 @198.18.251.13 database.example", "pod")).stdout;

for (const { spec, hurts, spares } of cases) {
  test.serial(`${spec.fault} hurts, and is healed`, async (t) => {
    t.false(await hurts(), "before");
    const [fault] = plan(inventory, spec);
    await guards.inject(fault!);
    t.true(await hurts(), "while it is there");
    if (spares) t.true(await spares(), "what it spares");
    await guards.heal(fault!);
    t.true(await soon(async () => !(await hurts())), "afterwards");
    await t.notThrowsAsync(guards.heal(fault!), "healing twice");
  });
}

test.serial("crash and restart-loop start anew, by themselves", async (t) => {
  for (const [name, hold] of [
    ["crash", 0],
    ["restart-loop", 6_000],
  ] as const) {
    const [fault] = plan(inventory, { fault: name, ...web });
    const before = await startedAt("b");
    await guards.inject(fault!);
    const injected = await startedAt("b");
    t.not(injected, before, name);
    await setTimeout(hold);
    if (hold) t.not(await startedAt("b"), injected, "again");
    await guards.heal(fault!);
    const healed = await startedAt("b");
    await setTimeout(hold);
    t.is(await startedAt("b"), healed, "and no more");
  }
});

test.serial("a power cut loses what was not synced, and nothing else", async (t) => {
  await inside("b", "echo first > /srv/data/first; sync");
  const [fault] = plan(inventory, { fault: "power-cut", hosts: ["a", "b"], service: "redis" });
  await guards.prepare(fault!);
  t.is((await loopDevices()).length, 2);
  for (const host of ["a", "b"]) {
    await inside(host, "echo kept > /srv/data/kept; sync /srv/data/kept; echo lost > /srv/data/lost");
    t.is((await inside(host, "cat /srv/data/lost")).stdout, "lost");
  }
  await guards.inject(fault!);
  t.true(await unreachable());
  await guards.heal(fault!);
  for (const host of ["a", "b"]) t.is((await inside(host, "cd /srv/data && cat kept; cat lost")).stdout, "kept", host);
  await guards.restore(fault!);
  t.is(
    (await inside("b", "cd /srv/data && ls; findmnt -n -o FSTYPE --mountpoint /srv/data")).stdout.split("\n")[0],
    "first",
  );
  // The name of a file is on disk within five seconds, whoever wrote it; what is in it, only later.
  t.is((await inside("b", "cd /srv/data && find . -type f -size +0 | sort")).stdout, "./first\n./kept");
  t.deepEqual(await loopDevices(), []);
});

test.serial("a full disk takes nothing more, until it is healed", async (t) => {
  const [fault] = plan(inventory, { fault: "disk-full", ...web });
  await guards.prepare(fault!);
  await guards.inject(fault!);
  t.regex((await inside("b", "cat /etc/passwd > /srv/data/much")).stderr, /No space left/);
  await guards.heal(fault!);
  t.is((await inside("b", "echo much > /srv/data/much && cat /srv/data/much")).stdout, "much");
  await guards.restore(fault!);
  t.is((await inside("b", "cat /srv/data/much")).stdout, "much");
});

test.serial("a fault that breaks on its way is told, and healed", async (t) => {
  const [fault] = plan(inventory, { fault: "cut-off", hosts: ["b"] });
  const broken = { ...fault!, id: "broken", inject: `${fault!.inject}\necho broken half-way; false` };
  await t.throwsAsync(guards.inject(broken), { message: /broken half-way/ });
  t.true(await unreachable());
  await guards.healAll();
  t.true(await fetched("b"));
});

test.serial("a guard that was restarted heals", async (t) => {
  const [fault] = plan(inventory, { fault: "cut-off", hosts: ["a", "b"] });
  await guards.inject(fault!);
  t.true(await unreachable());
  await execa("docker", ["restart", "-t", "0", "trivet-guardtest-guard"]);
  t.true(await soon(() => fetched("b"), 10));
  await pRetry(() => guards.inject(fault!), { retries: 10, minTimeout: 500, factor: 1 });
  await guards.heal(fault!);
});

test.serial("a suite that was killed is not missed: all is healed within 30 s", async (t) => {
  t.timeout(150_000);
  await guards.close();
  const suite = execa("node", ["--input-type=module"], {
    input: `
      import { plan } from "./checks/faults/index.ts";
      import { openGuards } from "./checks/guard/index.ts";
      import { inventory } from "./test/containers/guardSite.ts";
      const guards = await openGuards(inventory, ${JSON.stringify(imageTag("guard"))});
      const [moved] = plan(inventory, { fault: "power-cut", hosts: ["a"], service: "redis" });
      await guards.prepare(moved);
      for (const spec of [{ fault: "kill", hosts: ["b"] }, { fault: "cut-off", hosts: ["b"] }])
        await guards.inject(plan(inventory, spec)[0]);
      await guards.inject(moved);
      console.log("injected");
    `,
    reject: false,
  });
  await once(suite.stdout, "data", { signal: AbortSignal.timeout(60_000) });
  suite.kill("SIGKILL");
  t.is((await suite).stdout, "injected");
  const began = performance.now();
  t.true(await unreachable());
  t.true(await soon(async () => (await fetched("b")) && (await fetched("a")), 30));
  t.log(`healed ${((performance.now() - began) / 1_000).toFixed(1)} s after the kill`);
  const gone = async () =>
    (await execa("docker", ["container", "inspect", "trivet-guardtest-guard"], { reject: false })).exitCode !== 0;
  t.true(await soon(gone, 60), "all is restored, and the guard leaves");
  t.deepEqual(await healLeftovers(inventory, imageTag("guard")), []);
  t.deepEqual(await loopDevices(), []);
  guards = await openGuards(inventory, imageTag("guard"));
});

test.serial("what a suite left that was killed with its guard is found, and healed", async (t) => {
  t.timeout(150_000);
  const [fault] = plan(inventory, { fault: "loss", hosts: ["b"], with: { percent: 10 } });
  await guards.inject(fault!);
  t.like(await findBroken(inventory), [{ healer: "run", faults: ["loss-on-b-percent-10"] }]);
  await execa("docker", ["kill", "trivet-guardtest-guard"]);
  t.like(await findBroken(inventory), [{ healer: "nobody", faults: ["loss-on-b-percent-10"] }]);
  // The journal stays when somebody removes the guard's container.
  await execa("docker", ["rm", "trivet-guardtest-guard"]);
  t.like(await findBroken(inventory), [{ healer: "nobody", faults: ["loss-on-b-percent-10"] }]);
  await healLeftovers(inventory, imageTag("guard"));
  t.deepEqual(await findBroken(inventory), []);
  // Ends the heartbeat: a file whose timers go on is waited for.
  await guards.close();
  guards = await openGuards(inventory, imageTag("guard"));
});
