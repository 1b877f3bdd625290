import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import pLimit from "p-limit";
import pRetry from "p-retry";
import { processes, startedBy } from "../../../node/adapters/proc.ts";
import { processesOf } from "../../../node/adapters/processes.ts";
import { hasSocket } from "../../../node/adapters/sockets.ts";

const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";

/** Waits until it is so, 10 s at most. */
const until = (isSo: () => Promise<boolean> | boolean) =>
  pRetry(
    async () => {
      if (!(await isSo())) throw new Error("not yet");
    },
    { retries: 500, minTimeout: 20, factor: 1 },
  );

/** A host where programs of those names are the given bash; `$said` is a file that they may write to. */
async function host(t: ExecutionContext, programs: Record<string, string> = {}, port = 1) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-processes-"));
  const at = (path: string) => join(folder, path);
  for (const name of ["data", "run", "bin"]) await mkdir(at(name));
  for (const [name, body] of Object.entries(programs)) {
    await writeFile(at(`bin/${name}`), `#!/bin/bash\nsaid=${at("said")}\ndata=${at("data")}\n${body}\n`);
    await chmod(at(`bin/${name}`), 0o755);
  }
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const said: string[] = [];
  const it = processesOf({
    data: at("data"),
    run: at("run"),
    turn: pLimit(1),
    transferPort: port,
    prepare: async () => ["--wsrep-provider-options=a=b"],
    log: { say: (text) => said.push(text) },
    environment: { MARK: "mark" },
    programs: at("bin"),
  });
  return { it, at, said, told: () => readFile(at("said"), "utf8").catch(() => "") };
}
const started = (it: ReturnType<typeof processesOf>, ...options: string[]) =>
  new Promise<number | undefined>((resolve) => it.start(options, resolve));

test("a database is started with what its start needs, and its end is told", async (t) => {
  const { it, told } = await host(t, { mariadbd: 'echo "$* $MARK" > $said; exit 3' });
  t.is(await started(it, "--wsrep-new-cluster"), 3);
  t.is(await told(), "--user=mysql --wsrep-new-cluster --wsrep-provider-options=a=b mark\n");
});

test("signals reach it, and one that it dies of is no exit code", async (t) => {
  const { it, told } = await host(t, { mariadbd: "trap 'exit 7' TERM; echo up > $said; while :; do sleep 0.05; done" });
  const ended = started(it);
  await until(async () => (await told()) === "up\n");
  it.kill("TERM");
  t.is(await ended, 7);
  const hard = await host(t, { mariadbd: "trap '' TERM; echo up > $said; while :; do sleep 0.05; done" });
  const killed = started(hard.it);
  await until(async () => (await hard.told()) === "up\n");
  hard.it.kill("TERM");
  hard.it.kill("KILL");
  t.is(await killed, undefined);
});

test("one that is told to end before it is there ends at once", async (t) => {
  const { it } = await host(t, { mariadbd: "exec sleep 60" });
  const ended = started(it);
  it.kill("TERM");
  t.is(await ended, undefined);
});

test("one that can't be started has ended, and says why", async (t) => {
  const { it, said } = await host(t);
  t.is(await started(it), undefined);
  t.regex(said.join(), /mariadbd can't be started: .*ENOENT/);
});

test("what goes on without its keeper's loop is ended in good order", async (t) => {
  const { it, told } = await host(t, {
    mariadbd: "trap 'sleep 0.1; echo ended >> $said; exit' TERM; echo up > $said; while :; do sleep 0.05; done",
  });
  await it.end(AbortSignal.timeout(1));
  const ended = started(it);
  await until(async () => (await told()) === "up\n");
  await it.end(AbortSignal.timeout(10_000));
  t.is(await told(), "up\nended\n");
  await ended;
  await it.end(AbortSignal.timeout(1));
});

test("InnoDB's position, among all that it prints", async (t) => {
  const print = (text: string) => ({
    mariadbd: `[ "$*" = "--user=mysql --wsrep-recover --skip-networking" ] && printf '${text}' >&2; exit 1`,
  });
  const recovered = async (text: string) => {
    const { it, said } = await host(t, print(text));
    return { position: await it.recover(), said };
  };
  const line = "2026-11-30 [Note] WSREP: Recovered position: ";
  t.deepEqual((await recovered(`[Note] InnoDB\\n${line}${uuid}:42\\n[Note] end\\n`)).position, { uuid, seqno: 42 });
  t.deepEqual((await recovered(`${line}${uuid}:42,0-1-9\\n`)).position, { uuid, seqno: 42, gtid: "0-1-9" });
  t.deepEqual((await recovered(`caf\\xe9\\n${line}${uuid}:42\\n`)).position, { uuid, seqno: 42 });
  for (const text of ["", `${line}${uuid}:-1\\n`, `${line}a[0]:1\\n`, `${line}${uuid}:42x\\n`]) {
    const { position, said } = await recovered(text);
    t.is(position, undefined);
    t.regex(said.join(), /--wsrep-recover told/);
  }
  t.is(await (await host(t)).it.recover(), undefined);
});

test("a new database: begun, made and ready; what was there before is nobody's data", async (t) => {
  const install = 'cat $data/.trivet-installing > $said; ls -A $data >> $said; echo "$*" >> $said; mkdir $data/mysql';
  const { it, at, told } = await host(t, { "mariadb-install-db": install });
  await writeFile(at("data/ibdata1"), "half");
  t.true(await it.makeDatabase());
  const options = `--user=mysql --datadir=${at("data")} --skip-test-db --auth-root-authentication-method=socket`;
  t.is(await told(), `begun\n.trivet-installing\n${options}\n`);
  t.is(await readFile(at("data/.trivet-installing"), "utf8"), "ready\n");
  await rm(at("said"));
  t.true(await it.makeDatabase());
  t.is(await told(), "");
});

test("a new database that was begun is made anew; one that can't be made is not ready", async (t) => {
  const { it, at, said } = await host(t, { "mariadb-install-db": "echo no room; exit 1" });
  await writeFile(at("data/.trivet-installing"), "begun\n");
  await writeFile(at("data/half"), "");
  t.false(await it.makeDatabase());
  t.deepEqual(await readdir(at("data")), [".trivet-installing"]);
  t.is(await readFile(at("data/.trivet-installing"), "utf8"), "begun\n");
  t.regex(said.join("\n"), /no room/);
});

test("a database that is being made is not made twice, nor started before it is ready", async (t) => {
  const { it, told } = await host(t, {
    "mariadb-install-db": "sleep 0.3; echo made >> $said",
    mariadbd: "echo started >> $said",
  });
  const [one, two] = [it.makeDatabase(), it.makeDatabase()];
  await Promise.all([started(it), one, two]);
  t.is(await told(), "made\nstarted\n");
});

/** A transfer's script as MariaDB runs it: by a shell, which runs what sends. */
async function transfer(
  t: ExecutionContext,
  role: "donor" | "joiner",
): Promise<{ script: ChildProcess; ended: Promise<unknown> }> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-transfer-"));
  const [outer, inner] = [join(folder, "wsrep_sst_mariabackup"), join(folder, "wsrep_sst_mariabackup.distrib")];
  await writeFile(outer, `${inner} "$@"\nexit 5\n`);
  await writeFile(inner, "#!/bin/bash\nsleep 60 | sleep 60\nexit 6\n");
  await chmod(inner, 0o755);
  const script = spawn("bash", [outer, "--role", role, "--address", "x"], { stdio: "ignore" });
  const ended = once(script, "exit");
  t.teardown(async () => {
    script.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });
  await until(async () => (await processes()).some(({ command }) => command.startsWith(`/bin/bash ${inner}`)));
  return { script, ended };
}

test.serial("a transfer is found by its role, and ended by what runs under it", async (t) => {
  const { it } = await host(t);
  t.false(await it.gives());
  t.false(await it.endTransfer("joiner"));
  const { script, ended } = await transfer(t, "donor");
  t.true(await it.gives());
  t.false(await it.endTransfer("joiner"));
  t.is(script.exitCode, null);
  // What it runs may not be there yet.
  await until(async () => (await it.endTransfer("donor")) && script.exitCode !== null);
  // It ended by itself, not by a signal: MariaDB is told a code.
  t.true(((await ended) as [number])[0] > 0);
  // A shell that was about to become another program may still be on its way.
  await until(async () => !(await it.gives()));
});

test("a joiner is fed while its port has a donor at the other end, or is shut again", async (t) => {
  const server = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { it } = await host(t, {}, port);
  t.true(await hasSocket(port, "listening"));
  t.false(await it.isFed());
  const donor = connect(port, "127.0.0.1");
  await once(donor, "connect");
  t.true(await it.isFed());
  donor.destroy();
  await new Promise((resolve) => server.close(resolve));
  t.true(await it.isFed());
});

test("what a process started, however deep, and nothing else", (t) => {
  const one = (pid: number, parent: number) => ({ pid, parent, command: "" });
  const all = [one(1, 0), one(2, 1), one(3, 2), one(4, 1), one(5, 4)];
  const pids = (pid: number) => startedBy(pid, all).map((each) => each.pid);
  t.deepEqual(pids(2), [3]);
  t.deepEqual(pids(1).toSorted(), [2, 3, 4, 5]);
  t.deepEqual(pids(9), []);
});

test("a process is listed with its parent, also by a name that holds brackets", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-proc-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [pid, stat, command] of [
    ["7", "7 (a) S 9 (b) R 3 7 7", "x\0--role\0donor\0"],
    ["8", "torn", ""],
  ] as const) {
    await mkdir(join(folder, pid));
    await writeFile(join(folder, pid, "stat"), stat);
    await writeFile(join(folder, pid, "cmdline"), command);
  }
  await mkdir(join(folder, "9"));
  await mkdir(join(folder, "self"));
  const [first, second, ...more] = await processes(folder);
  t.deepEqual(first, { pid: 7, parent: 3, command: "x --role donor" });
  t.is(second!.pid, 8);
  t.true(Number.isNaN(second!.parent));
  t.deepEqual(more, []);
  const own = (await processes()).find(({ pid }) => pid === process.pid);
  t.is(own?.parent, process.ppid);
});
