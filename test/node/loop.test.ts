import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { type Machine, run } from "../../node/loop.ts";
import type { Clock } from "../../node/ports.ts";
import { decide } from "../../node/supervisor/decide.ts";
import type { Status } from "../../node/supervisor/machine.ts";
import { type SupervisorPorts, supervise } from "../../node/supervisor/program.ts";
import type { Store } from "../../node/supervisor/situation.ts";

/** Time that a test moves. */
function fakeClock() {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve) => {
        sleepers.push({ at: now + duration, wake: resolve });
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
  };
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const pass = async (duration: number) => {
    const end = now + duration;
    await settle();
    for (;;) {
      const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      sleepers.splice(sleepers.indexOf(next), 1);
      now = next.at;
      next.wake();
      await settle();
    }
    now = end;
  };
  return { clock, pass };
}

test("events take their turns one after the other, also those that an effect brings at once", async (t) => {
  const { clock, pass } = fakeClock();
  const seen: string[] = [];
  const over = new AbortController();
  const machine: Machine<number, string, string> = {
    initial: { state: 0, effects: ["first"] },
    step: (state, event, now) => {
      seen.push(`${now} ${state} ${event}`);
      return { state: state + 1, effects: event === "a" ? ["at once", "later"] : [] };
    },
    perform: async (effect, emit) => {
      if (effect === "later") await Promise.resolve();
      if (effect !== "first") emit(effect);
    },
    tick: "tick",
    every: 100,
  };
  let send = (_: string) => {};
  const running = run(machine, clock, over.signal, (emit) => {
    send = emit;
  });
  await pass(150);
  send("a");
  await pass(100);
  over.abort();
  send("too late");
  await running;
  t.deepEqual(seen, ["0 0 tick", "100 1 tick", "150 2 a", "150 3 at once", "150 4 later", "200 5 tick"]);
});

test("a program whose machine or port fails ends, and does not go on half", async (t) => {
  const machine = (where: string): Machine<number, string, string> => ({
    initial: { state: 0, effects: [] },
    step: (state) => {
      if (where === "step") throw new Error("step");
      return { state, effects: ["effect"] };
    },
    perform: () => {
      throw new Error("perform");
    },
    tick: "tick",
    every: 100,
  });
  for (const where of ["step", "perform"]) {
    const { clock } = fakeClock();
    await t.throwsAsync(run(machine(where), clock, new AbortController().signal), { message: where });
  }
});

const member = (last: number) => `6e1b1e0a-0000-11f0-9f5c-00000000000${last}`;
const supervised = [1, 2, 3].map((at) => ({ name: `db${at}`, address: `198.18.${at}.11` }));

/** The supervisor of db1 over ports that a test holds. */
function supervisorOf() {
  const { clock, pass } = fakeClock();
  const done: string[] = [];
  const said: string[] = [];
  const told: Status[] = [];
  const held = {
    listening: true,
    answers: true,
    broken: () => {},
    store: (_: Store | undefined, _strange: string[] = []) => {},
    service: (_: number) => {},
  };
  const takes = async (what: string) => {
    done.push(what);
    return true;
  };
  const ports: SupervisorPorts = {
    clock,
    log: { say: (text) => said.push(text) },
    status: { write: async (status) => void told.push(status) },
    database: {
      connect: (broken) => {
        held.broken = broken;
        if (!held.listening) queueMicrotask(broken);
      },
      close: () => done.push("closed"),
      ping: () => (held.answers ? Promise.resolve(true) : new Promise(() => {})),
      state: async () =>
        held.answers
          ? {
              member: member(1),
              view: { primary: true, size: 3, members: [1, 2, 3].map((at) => ({ uuid: member(at), node: `db${at}` })) },
              localState: 4,
              ready: true,
              readOnly: false,
            }
          : new Promise(() => {}),
      evict: (uuid) => takes(`evict ${uuid}`),
      forget: async () => true,
      listening: () => held.listening,
    },
    consul: {
      watchStore: async (changed) => {
        held.store = (store, strange = []) => changed(store && { value: store, strange });
      },
      watchService: async (changed) => {
        held.service = (others) => changed({ value: { maintenance: "none", passing: true, others }, strange: [] });
      },
      openSession: async () => "session",
      sessionStands: async () => true,
      endSession: (session) => takes(`end ${session}`),
      nameWriter: (session) => takes(`name ${session}`),
      releaseWriter: (session) => takes(`release ${session}`),
      unnameWriter: (index) => takes(`unname ${index}`),
      report: (uuid) => takes(`report ${uuid}`),
      closeReport: (index) => takes(`close ${index}`),
      reportCleared: (node, uuid, index) => takes(`cleared ${node} ${uuid} ${index}`),
      setMaintenance: (on) => takes(`maintenance ${on}`),
    },
  };
  const over = new AbortController();
  const running = supervise({ self: supervised[0]!, supervised, decide }, ports, over.signal);
  const end = () => {
    over.abort();
    return running;
  };
  return { done, said, told, held, pass, end };
}
const free: Store = { lock: { index: 1 }, reports: [], cleared: [] };

test("the supervisor's loop: takes the writer's name, and tells the death of its database at once", async (t) => {
  const { done, told, held, pass, end } = supervisorOf();
  held.service(2);
  held.store(free);
  await pass(300);
  t.deepEqual(done, ["name session"]);
  held.store({ ...free, lock: { session: "session", address: "198.18.1.11", index: 2 } });
  await pass(1_000);
  t.deepEqual(told.at(-1), { database: "answers", fit: true, consul: true, writer: true, address: "198.18.1.11" });
  held.listening = held.answers = false;
  held.broken();
  await pass(0);
  t.deepEqual(done.slice(1), [`report ${member(1)}`, "release session", "maintenance true"]);
  await end();
  t.is(done.at(-1), "closed");
});

test("the supervisor's loop: silence is slow after 1.5 s, and death after 3 s, by a clock that nobody sets", async (t) => {
  const { done, held, pass, end } = supervisorOf();
  held.service(2);
  held.store({ ...free, lock: { session: "another", address: "198.18.2.11", index: 2 } });
  await pass(1_000);
  held.answers = false;
  await pass(1_400);
  t.deepEqual(done, []);
  await pass(400);
  t.deepEqual(done, ["maintenance true"]);
  await pass(1_000);
  t.false(done.includes(`report ${member(1)}`));
  await pass(600);
  t.true(done.includes(`report ${member(1)}`));
  await end();
});

test("the supervisor's loop: nothing is decided while Consul can't be asked; what is foreign in its store is told once", async (t) => {
  const { done, said, held, pass, end } = supervisorOf();
  held.service(2);
  held.store(free, ['"trivet/shop/x"']);
  held.store(undefined);
  held.store(undefined);
  await pass(1_000);
  held.listening = held.answers = false;
  held.broken();
  await pass(500);
  t.deepEqual(done, []);
  held.store(free, ['"trivet/shop/x"']);
  await pass(0);
  t.true(done.includes(`report ${member(1)}`));
  t.is(said.filter((text) => text.startsWith("left out")).length, 2);
  await end();
});

test("no clock, no chance and no world in what decides", (t) => {
  const room = join(import.meta.dirname, "../../node");
  const files = readdirSync(room, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("/adapters/"));
  t.true(files.length > 20);
  const code = (file: string) => readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  const impure =
    /\bDate\b|performance\.|Math\.random|\brandom[A-Z]\w*\(|set(Timeout|Interval|Immediate)|\bprocess\.|\bfetch\(|from "(node:(?!buffer"|crypto")|mysql2)/;
  const found = files.filter((file) => impure.test(code(file)));
  t.deepEqual(found, []);
});
