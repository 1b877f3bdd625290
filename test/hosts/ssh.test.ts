import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import test from "ava";
import { Failure, UserError } from "../../core/errors.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { runOn } from "../../hosts/ssh.ts";
import { shellText, sshArguments } from "../../hosts/sshCommand.ts";
import { refusal, triedAgain, wayIn } from "../../hosts/sshConnection.ts";
import { startSshd } from "./sshd.ts";

const sshd = await startSshd();
sshd.know();
const { endpoint } = sshd;
const folder = mkdtempSync(join(tmpdir(), "trivet-ssh-"));
const path = process.env.PATH;
test.after.always(() => {
  sshd.close();
  rmSync(folder, { recursive: true });
});

const strange = ["a b", "it's", '"$HOME"', "`id`", "*", "", "\n", "\\", "ü", "-n", "!x"];

test("every argument arrives as it is", async (t) => {
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${shellText(strange)}`], { encoding: "utf8" });
  t.deepEqual(stdout.split("\0").slice(0, -1), strange);
  for (const where of [endpoint, "unix:///var/run/docker.sock"]) {
    const ran = await runOn(where, ["printf", "%s\\0", ...strange]);
    t.deepEqual(ran.stdout.split("\0").slice(0, -1), strange);
    t.is(ran.code, 0);
  }
});

for (const [where, at] of Object.entries({ "another host": endpoint, "this machine": "unix:///var/run/docker.sock" })) {
  test(`on ${where}: input, both outputs and the exit code`, async (t) => {
    const argv = ["sh", "-c", "cat; echo no >&2; exit 7"];
    t.deepEqual(await runOn(at, argv, { stdin: "text\n" }), { stdout: "text\n", stderr: "no\n", code: 7 });
    const stream = Readable.from(["1", "2"]);
    t.deepEqual(await runOn(at, argv, { stdin: stream }), { stdout: "12", stderr: "no\n", code: 7 });
    t.is((await runOn(at, ["cat"])).stdout, "");
    t.is((await runOn(at, ["sh", "-c", "exit 255"])).code, 255);
    t.is((await runOn(at, ["trivet-no-such-program"])).code, 127);
  });
  test(`on ${where}: the wait ends, by time or by signal`, async (t) => {
    const late = await t.throwsAsync(runOn(at, ["sleep", "60"], { timeout: 1_500 }), { instanceOf: Failure });
    t.regex(late.message, /^sleep on .* did not end within 1\.5 s/);
    const cancel = new AbortController();
    const running = runOn(at, ["sleep", "60"], { signal: cancel.signal });
    cancel.abort(new Error("interrupted"));
    await t.throwsAsync(running, { message: "interrupted" });
  });
}

test.serial("programs and Docker's daemon of a host share one connection, however many run", async (t) => {
  const before = sshd.connections();
  const ran = await Promise.all(Array.from({ length: 30 }, (_, n) => runOn(endpoint, ["echo", String(n)])));
  t.deepEqual(
    ran.map(({ stdout }) => stdout),
    Array.from({ length: 30 }, (_, n) => `${n}\n`),
  );
  await Promise.all(Array.from({ length: 8 }, () => dockerAt(endpoint).ping()));
  t.is(sshd.connections().made - before.made, before.open === 1 ? 0 : 1);
});

test.serial("a connection that breaks is said, and made anew for the next program", async (t) => {
  await runOn(endpoint, ["true"]);
  const running = runOn(endpoint, ["sleep", "60"]);
  setTimeout(() => sshd.drop(), 300);
  const error = await t.throwsAsync(running, { instanceOf: Failure });
  t.regex(error.message, /^The connection to -p \d+ somebody@127\.0\.0\.1 broke while sleep ran/);
  t.is((await runOn(endpoint, ["echo", "again"])).stdout, "again\n");
});

test.serial("the connection ends with the process, also with one that is killed", async (t) => {
  const { open } = sshd.connections();
  const script = `
    import { runOn } from ${JSON.stringify(join(import.meta.dirname, "../../hosts/ssh.ts"))};
    await runOn(${JSON.stringify(endpoint)}, ["true"]);
    if (process.argv[1] === "killed") process.kill(process.pid, "SIGKILL");`;
  const { spawn } = await import("node:child_process");
  for (const end of ["left alone", "killed"]) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, end], { stdio: "inherit" });
    await new Promise((resolve) => child.once("exit", resolve));
    for (let waits = 0; sshd.connections().open > open && waits < 100; waits++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    t.is(sshd.connections().open, open, end);
  }
});

test.serial("a configuration file of the operator's own", (t) => {
  process.env.TRIVET_SSH_CONFIG = "/home/me/ssh_config";
  const args = sshArguments("ssh://me@north1:2222", ["-i", "key"]);
  delete process.env.TRIVET_SSH_CONFIG;
  t.deepEqual(args.slice(0, 4), ["-F", "/home/me/ssh_config", "-i", "key"]);
  t.deepEqual(args.slice(-6), ["-l", "me", "-p", "2222", "--", "north1"]);
});

/** An `ssh` that says what OpenSSH 9.2 says, and ends with 255: a host's name tells which. */
const words = {
  unknown: "Host key verification failed.",
  changed: `@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:rdy/r5Lzhg.
Please contact your system administrator.
Add correct host key in /home/me/my keys/known_hosts to get rid of this message.
Offending ED25519 key in /home/me/my keys/known_hosts:3
Host key for [box.example]:2222 has changed and you have requested strict checking.
Host key verification failed.`.replaceAll("\n", "\r\n"),
  denied: "me@denied: Permission denied (publickey,password).",
  unresolved: "ssh: Could not resolve hostname unresolved: Name or service not known",
  silent: "ssh: connect to host silent port 22: Connection timed out",
  refused: "ssh: connect to host refused port 22: Connection refused",
  unreachable: "ssh: connect to host unreachable port 22: No route to host",
  prohibited:
    "channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed\nConnection closed by UNKNOWN port 65535",
};
/** Of them more is said after some tries. */
const passing = {
  dropped: "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22",
  late: "Connection timed out during banner exchange\nConnection to UNKNOWN port 65535 timed out",
};
const expected: Record<keyof typeof words, RegExp> = {
  unknown: /^me@unknown: its host key is not known\. Run "ssh me@unknown" once/,
  changed:
    /^me@changed: its host key is another one than the known one \(expected that of \[box\.example\]:2222 in line 3 of \/home\/me\/my keys\/known_hosts; it sent SHA256:rdy\/r5Lzhg\), .*ssh-keygen -f '\/home\/me\/my keys\/known_hosts' -R '\[box\.example\]:2222', and "ssh me@changed" once/,
  denied: /^me@denied: it accepts none of this user's keys\. Bring one there \("ssh-copy-id me@denied"\)/,
  unresolved: /^me@unresolved: the name unresolved is not resolved/,
  silent: /^me@silent: it does not answer/,
  refused: /^me@refused: nothing listens there for SSH/,
  unreachable: /^me@unreachable: there is no way to it/,
  prohibited: /^me@prohibited: its jump host forwards no connection to it\. .*AllowTcpForwarding/,
};
const attempts = join(folder, "attempts");

function fakeSsh(): void {
  for (const [name, said] of Object.entries({ ...words, ...passing })) writeFileSync(join(folder, name), `${said}\n`);
  writeFileSync(
    join(folder, "ssh"),
    `#!/bin/sh
case $1 in -G) exit 0 ;; esac
while [ "$1" != -- ]; do shift; done
echo "$2" >> ${attempts}
if [ "$2" = twice ] && [ "$(grep -c twice ${attempts})" -gt 2 ]; then
  case $3 in echo*) echo trivet-connected; cat > /dev/null ;; *) eval "$3" ;; esac
  exit
fi
cat "${folder}/$([ "$2" = twice ] && echo dropped || echo "$2")" >&2
exit 255
`,
  );
  chmodSync(join(folder, "ssh"), 0o755);
  process.env.PATH = `${folder}:${path}`;
}

for (const [host, message] of Object.entries(expected)) {
  test.serial(`a host that is ${host}`, async (t) => {
    fakeSsh();
    const error = await t.throwsAsync(runOn(`ssh://me@${host}`, ["true"]), { instanceOf: UserError, message });
    t.true(error.message.endsWith(words[host as keyof typeof words].split(/\r?\n/).at(-1)!));
    process.env.PATH = path;
  });
}

test.serial("a connection that sshd drops for its limits is tried again", async (t) => {
  fakeSsh();
  t.is((await runOn("ssh://me@twice", ["echo", "here"])).stdout, "here\n");
  t.is(readFileSync(attempts, "utf8").match(/twice/g)!.length, 4);
  process.env.PATH = path;
});

test("what sshd drops is tried again within a limit, and the last error says how often", async (t) => {
  for (const [said, tries, message] of [
    [
      passing.dropped,
      8,
      /^me@host: its sshd closed the connection before anybody could log in\. .*MaxStartups.* It was tried 8 times\.\n/,
    ],
    [passing.late, 2, /^me@host: it does not answer\. .* It was tried 2 times\.\n/],
    [words.refused, 1, /^me@host: nothing listens there for SSH\. [^\n]*2222"\.\nssh says:/],
  ] as const) {
    let tried = 0;
    const work = async () => {
      tried++;
      throw refusal("ssh://me@host", said);
    };
    await t.throwsAsync(triedAgain(work, 1), { instanceOf: UserError, message });
    t.is(tried, tries);
  }
});

test("by which sshd a connection comes first", (t) => {
  const at = "hostname db1.example\nport 2222\n";
  t.is(wayIn(at), "db1.example:2222");
  t.is(wayIn(`${at}proxyjump me@bastion.example,inner\n`), "me@bastion.example");
  t.is(wayIn(`${at}proxycommand ssh -W %h:%p bastion\n`), "ssh -W %h:%p bastion");
  t.is(wayIn(""), undefined);
});

test.serial("of fourteen hosts behind one jump host, four are connected to at a time", async (t) => {
  const log = join(folder, "connecting");
  writeFileSync(
    join(folder, "ssh"),
    `#!/bin/sh
case $1 in -G) printf 'hostname x\nport 22\nproxyjump bastion\n'; exit ;; esac
while [ "$1" != -- ]; do shift; done
case $3 in
  echo*) echo + >> ${log}; sleep 0.3; echo - >> ${log}; echo trivet-connected; cat > /dev/null ;;
  *) eval "$3" ;;
esac
`,
  );
  chmodSync(join(folder, "ssh"), 0o755);
  process.env.PATH = `${folder}:${path}`;
  const names = Array.from({ length: 14 }, (_, n) => `behind${n}`);
  await Promise.all(names.map((name) => runOn(`ssh://${name}`, ["true"])));
  process.env.PATH = path;
  let open = 0;
  const most = Math.max(
    ...readFileSync(log, "utf8")
      .split("\n")
      .map((line) => (open += line === "+" ? 1 : line ? -1 : 0)),
  );
  t.true(most <= 4, `${most} at a time`);
});

test.serial("no ssh at all", async (t) => {
  process.env.PATH = mkdtempSync(join(tmpdir(), "trivet-empty-"));
  await t.throwsAsync(runOn("ssh://me@nowhere", ["true"]), { message: /ssh could not be started.*apt-get install/ });
  process.env.PATH = path;
});

test("an endpoint of another kind", async (t) => {
  await t.throwsAsync(runOn("tcp://10.0.0.1:2375", ["true"]), {
    instanceOf: UserError,
    message: /no endpoint of a host/,
  });
});
