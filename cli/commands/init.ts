import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { UserError } from "../../core/errors.ts";
import { nameSchema } from "../../core/names.ts";
import { readGiven } from "../../stacks/init/given.ts";
import { settingsText } from "../../stacks/init/text.ts";
import { settingsFile, settingsOf } from "../../stacks/settings/file.ts";
import { readSettings } from "../../stacks/settings.ts";
import { type Asker, nobody, person } from "../init/ask.ts";
import { gather } from "../init/gather.ts";
import { projectDir } from "../project.ts";

export interface InitOptions extends Record<string, unknown> {
  /** A file of answers in YAML, by the names of the flags; `-` for standard input. */
  answers?: string;
  force?: boolean;
  real?: boolean;
}

/** Writes the settings file of a new environment, from flags, a file of answers, and what a person is asked. */
export async function init(environment: string, { answers, force, real, ...flags }: InitOptions): Promise<void> {
  if (!nameSchema.safeParse(environment).success) {
    throw new UserError(
      `"${environment}" can't be the name of an environment: expected lower-case letters, digits and "-".`,
    );
  }
  const file = settingsFile(environment);
  const shown = relative(process.cwd(), file);
  if (existsSync(file) && !force) {
    throw new UserError(`${shown} is there already. Take another name, or replace it with --force.`);
  }
  const said = answers === undefined ? {} : await readAnswers(answers);
  const given = readGiven("What was given", { ...said, ...(real && { lab: false }), ...flags });
  const folder = join(projectDir, "stacks");
  const ask: Asker = process.stdin.isTTY && answers !== "-" ? person : nobody();
  const { plan, notes } = await gather(environment, given, ask, {
    folder,
    cwd: process.cwd(),
    used: await usedByOthers(folder, environment),
  });
  const written = settingsText(plan);
  const { watched } = readSettings(settingsOf(file, written));
  await writeFile(file, written, { flag: force ? "w" : "wx" });
  for (const note of notes) console.log(note);
  const places = [...Map.groupBy(watched, ({ domain }) => domain)].map(
    ([domain, hosts]) => `${hosts.length} in ${domain}`,
  );
  console.log(
    `${shown} is written: ${plan.domains.length} failure domains, ${plan.hosts.length} hosts; ${watched.length > 0 ? `${watched.length} hosts are watched (${places.join(", ")})` : "nothing is watched yet"}.

Next:
  trivet preview ${environment}    what bringing it up would do
  trivet up ${environment}         ${plan.lab ? "makes it on this machine, and waits until it is healthy" : `brings it up, and waits until it is healthy; trivet hosts prepare ${environment} sets its hosts up before`}
`,
  );
}

async function readAnswers(from: string): Promise<Record<string, unknown>> {
  const where = from === "-" ? "standard input" : from;
  const read = from === "-" ? text(process.stdin) : readFile(from, "utf8");
  const said = await read.then(
    (yaml) => {
      try {
        return parse(yaml) ?? {};
      } catch (error) {
        throw new UserError(`--answers: ${where} can't be read as YAML: ${(error as Error).message}`);
      }
    },
    (error: NodeJS.ErrnoException) => {
      throw new UserError(`--answers: ${where} can't be read (${error.code}).`);
    },
  );
  if (typeof said === "object" && !Array.isArray(said)) {
    const asOption = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(said).map(([name, value]) => [asOption(name), value]));
  }
  throw new UserError(`--answers: ${where} holds no mapping; expected the flags by their names, such as "lab: true".`);
}

/** Subnets and ports of the other environments, as far as their files can be read. */
async function usedByOthers(folder: string, environment: string) {
  const files = (await readdir(folder)).filter(
    (name) => /^Pulumi\..+\.yaml$/.test(name) && name !== `Pulumi.${environment}.yaml`,
  );
  const configs = await Promise.all(
    files.map(async (name) => {
      try {
        return (parse(await readFile(join(folder, name), "utf8"))?.config ?? {}) as Record<string, unknown>;
      } catch {
        return {};
      }
    }),
  );
  const domains = configs.flatMap((config) => config["trivet:domains"] ?? []) as {
    subnet?: unknown;
    subnets?: unknown;
  }[];
  const labs = configs.filter((config) => "trivet:lab" in config);
  return {
    subnets: domains.flatMap(({ subnet, subnets }) =>
      [subnet, subnets].flat().filter((each) => typeof each === "string"),
    ),
    ports: labs.map((config) => (config["trivet:web"] as { port?: number } | undefined)?.port ?? 8080),
  };
}
