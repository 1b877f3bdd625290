import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import type { Asking } from "../../health/host.ts";
import { probe } from "../../health/probe.ts";
import { startSshd } from "../hosts/sshd.ts";
import { end, listen, named, programs } from "./listeners.ts";

// The script runs as it does on a host; of Docker there is its command alone.

const folder = mkdtempSync(join(tmpdir(), "trivet-health-"));
const sshd = await startSshd();
process.env.PATH = `${folder}:${process.env.PATH}`;
test.after.always(() => {
  sshd.close();
  end();
  rmSync(folder, { recursive: true });
});

const states: Record<string, string> = {
  sound: "Up 2 hours",
  young: "Up 3 seconds",
  ill: "Up 2 hours",
  mute: "Up 2 hours",
  odd: "Up 2 hours",
  slow: "Up 2 hours",
};

const write = (name: string, script: string) => {
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
};

/** A `docker` in which the containers above run; it takes the first word of each call. */
function docker(ps: string): void {
  write(
    "docker",
    `#!/bin/bash
case $1 in
ps) ${ps} ;;
inspect)
  [[ " $* " == *" young "* ]] && printf '/young\\t2\\t{"Running":true,"StartedAt":"2026-11-30T00:00:00Z","ExitCode":0}\\n'
  exit 1
  ;;
exec)
  cat > /dev/null
  case $2 in
  sound | young) echo '{"state":"ready","detail":"a\\tb \\"ü\\""}'; echo warning >&2 ;;
  ill) echo '{"state":"ill","detail":"why"}'; exit 1 ;;
  mute) exit 126 ;;
  odd) echo Segmentation; echo fault >&2; exit 139 ;;
  slow) sleep 9 ;;
  esac
  ;;
esac
`,
  );
}

const list = (also = "") =>
  `printf '%s\\trunning\\t%s\\n' ${Object.entries(states)
    .map(([name, status]) => `${name} '${status}'`)
    .join(" ")}; echo 'WARNING: no swap' >&2; ${also}`;

const ask = (...names: string[]) => askSo({}, ...names);
const askSo = (asking: Asking, ...names: string[]) => {
  const services = names.map((container) => ({
    ...{ service: "galera", host: container, domain: "a", address: "198.18.1.11", container },
    endpoint: sshd.endpoint,
  })) as ServiceRecord[];
  return probe({ environment: "t", services } as Inventory, services, asking);
};

test.serial("one program on the host asks all of its containers", async (t) => {
  sshd.know();
  docker(list());
  const names = ["sound", "ill", "mute", "odd", "slow", "gone"];
  const seen = new Map((await ask(...names)).map((one) => [one.service.container, one]));
  const [sound, ill, mute, odd, slow, gone] = names.map((name) => seen.get(name)!);
  t.deepEqual([sound!.fit, sound!.health], [true, { state: "ready", detail: 'a\tb "ü"' }]);
  t.deepEqual([ill!.fit, ill!.health?.detail], [false, "why"]);
  t.deepEqual([mute!.fit, mute!.error], [false, "health printed no state: nothing at all"]);
  t.deepEqual([odd!.fit, odd!.error], [false, "health printed no state: Segmentationfault"]);
  t.false(slow!.fit);
  t.regex(slow!.error!, /^slow at ssh:.* gave no answer within 5 s$/);
  t.deepEqual([gone!.container, gone!.error], ["missing", "there is no container gone"]);
  const [opened, ...programs] = sshd.commands();
  t.regex(opened!, /^echo trivet-connected/);
  t.is(programs.length, 1);
  t.deepEqual(sshd.requests(), []);
});

test.serial("more than eight are asked in turns, and each is told", async (t) => {
  docker(list());
  const seen = await ask(...Array.from({ length: 20 }, () => "sound"));
  t.is(seen.filter(({ fit }) => fit).length, 20);
});

test.serial(
  "the first container that can be asked hears the others; who is not heard is asked by itself",
  async (t) => {
    const says = (detail: string) => `echo '{"state":"ready","detail":"${detail}"}'`;
    await listen("heard", says("heard"));
    const names = ["broken", "first", "heard", "unheard"].map(named);
    const [broken, first, , unheard] = names;
    write(
      "docker",
      `#!/bin/bash
case $1 in
ps) printf '%s\\trunning\\tUp 2 hours\\n' ${names.join(" ")} ;;
inspect) exit 1 ;;
exec)
  echo "$2 $3" >> ${folder}/execs
  [[ $2 != *broken ]] || exit 1
  shift 2
  PATH=${programs("own", says("asked"))}:$PATH exec "$@"
  ;;
esac
`,
    );
    const asked = () => {
      const execs = readFileSync(join(folder, "execs"), "utf8").trim().split("\n");
      rmSync(join(folder, "execs"));
      return execs.sort();
    };
    const seen = await ask(...names);
    t.deepEqual(
      seen.map(({ fit, health }) => (fit ? health?.detail : undefined)),
      [undefined, "asked", "heard", "asked"],
    );
    t.deepEqual(asked(), [`${broken} health`, `${broken} perl`, `${first} perl`, `${unheard} health`].sort());

    const apart = await askSo({ apart: true }, ...names);
    t.deepEqual(
      apart.map(({ health }) => health?.detail),
      [undefined, "asked", "asked", "asked"],
    );
    t.deepEqual(asked(), names.map((name) => `${name} health`).sort());
  },
);

test.serial("one that Docker started again a moment ago is not believed yet", async (t) => {
  docker(list());
  const [young] = await ask("young");
  t.deepEqual([young!.fit, young!.life?.restarts, young!.life?.running], [false, 2, true]);
});

const unreachable = test.macro<[string, RegExp]>(async (t, ps, message) => {
  docker(ps);
  const [seen] = await ask("sound");
  t.deepEqual([seen!.container, seen!.fit], ["unreachable", false]);
  t.regex(seen!.error!, message);
});
test.serial("no daemon", unreachable, "echo 'Cannot connect to the Docker daemon' >&2; exit 1", /: Cannot connect to/);
test.serial("a silent daemon", unreachable, "sleep 9", /: its Docker daemon did not answer within 5 s$/);
test.serial("no shell", async (t) => {
  write("bash", "#!/bin/sh\necho This account is not available.\nexit 1\n");
  const [seen] = await ask("sound");
  t.is(seen!.container, "unreachable");
  t.regex(seen!.error!, /bash did not ask .* to the end \(exit code 1: This account is not available\.\)/);
});
