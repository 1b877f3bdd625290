import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { execa, type ResultPromise } from "execa";
import { imageFolder } from "../../../../images/index.ts";
import { Icinga } from "./icinga.ts";

const image = imageFolder("icinga");

/** Short waits, so that a test is quick; what they are for is in components/icinga/images/icinga/notifier/worker.py. */
const timing = { settle: 0.4, check: 1, apart: 1, join: 2, fresh: 0.5, again: 0.3, long: 1.5, peers: 0.2, gone: 1 };

interface State {
  waiting: number;
  told: number;
  givenUp: number;
  problems: string[];
}

/** The notifier of the image on files of its own, with an Icinga of the test's. */
export class Notifier {
  readonly folder: string;
  readonly icinga: Icinga;
  private process?: ResultPromise;
  private count = 0;

  private constructor(folder: string, icinga: Icinga) {
    this.folder = folder;
    this.icinga = icinga;
  }

  static async make(t: ExecutionContext, recipients: object[]): Promise<Notifier> {
    const folder = await mkdtemp(join(tmpdir(), "trivet-notifier-"));
    const notifier = new Notifier(folder, await Icinga.start());
    t.teardown(async () => {
      await notifier.end();
      notifier.icinga.stop();
      await rm(folder, { recursive: true });
    });
    for (const name of ["new", "tmp"]) await mkdir(join(folder, "queue", name), { recursive: true });
    await writeFile(join(folder, "curl"), 'user = "notify:0123"\n');
    await notifier.tell(recipients);
    const file = (name: string) => join(folder, name);
    const settings = {
      node: "mon1",
      queue: file("queue"),
      recipients: file("recipients.json"),
      state: file("state.json"),
      icinga: { url: notifier.icinga.url, options: file("curl") },
      timing,
    };
    await writeFile(join(folder, "settings.json"), JSON.stringify(settings));
    return notifier;
  }

  async tell(recipients: object[]): Promise<void> {
    const all = recipients.map((recipient) => ({ timeout: 5, giveUpAfter: 3600, ...recipient }));
    await writeFile(join(this.folder, "recipients.json"), JSON.stringify({ delay: 8, recipients: all }));
  }

  begin(): this {
    this.process = execa("python3", ["-B", "-m", "notifier", join(this.folder, "settings.json")], {
      env: { PYTHONPATH: image },
      reject: false,
      all: true,
    });
    return this;
  }

  /** @returns what it said */
  async end(): Promise<string> {
    this.process?.kill("SIGKILL");
    return String((await this.process)?.all);
  }

  /** As Icinga calls its notification command. */
  async asked(object: string, user = "pager", at = Date.now() / 1000): Promise<void> {
    const [host, service = ""] = object.split("!");
    const name = `${Math.floor(at)}-${this.count++}`;
    const whole = join(this.folder, "queue/tmp", name);
    await writeFile(whole, `${at}\n${user}\n${host}\n${service}\n`);
    await rename(whole, join(this.folder, "queue/new", name));
  }

  /** A change of state of which Icinga tells at once. */
  async became(object: string, state: number, user = "pager"): Promise<void> {
    this.icinga.set(object, state);
    await this.asked(object, user);
  }

  waiting = async (): Promise<number> => (await readdir(join(this.folder, "queue/new"))).length;

  /** Events of one kind from its record. */
  async events(event: string): Promise<Record<string, string>[]> {
    const text = await readFile(join(this.folder, "queue/told.jsonl"), "utf8").catch(() => "");
    const all = text.split("\n").filter(Boolean);
    return all.map((line) => JSON.parse(line)).filter((line) => line.event === event);
  }

  /** Its own account of its state; zeros before it wrote one. */
  async state(): Promise<State> {
    const text = await readFile(join(this.folder, "state.json"), "utf8").catch(() => undefined);
    return text === undefined ? { waiting: 0, told: 0, givenUp: 0, problems: [] } : JSON.parse(text);
  }

  isThere = (): Promise<boolean> =>
    readFile(join(this.folder, "state.json")).then(
      () => true,
      () => false,
    );

  /** Runs a script of the image on this notifier's files. */
  async script(name: string, ...args: string[]) {
    const own = (await readFile(join(image, name), "utf8"))
      .replaceAll("/var/lib/icinga2/trivet/notify", join(this.folder, "queue"))
      .replaceAll("/run/trivet/notify", this.folder)
      .replaceAll("/usr/local/lib/trivet", this.folder);
    await writeFile(join(this.folder, name), own);
    await chmod(join(this.folder, name), 0o755);
    return execa(join(this.folder, name), args, { reject: false });
  }
}

/** Waits until it is so. */
export async function until(t: ExecutionContext, what: string, so: () => boolean | Promise<boolean>, seconds = 100) {
  const end = performance.now() + seconds * 1000;
  while (!(await so())) {
    if (performance.now() > end) return t.fail(`not within ${seconds} s: ${what}`);
    await pause(0.05);
  }
  t.pass();
}

export const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
