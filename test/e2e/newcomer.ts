import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { iniPasswordProblem } from "../../components/icinga/webconfig.ts";
import { clone, typed } from "../cli/init/clone.ts";
import { nasty } from "../components/nasty.ts";
import { environment, project, runIn, trivet, trivetGiven } from "./environment.ts";

/**
 * Brings a newcomer's settings about: a clone without any of its own for this environment, in which `init` is typed as the README does, and
 * then what the other tests need: the environment's own hosts are watched, too, and more often, and there is a plain machine and an agent.
 * Its state and passphrase are those of the project.
 */
export async function newcomer(): Promise<{ folder: string; type: (verb: string) => Promise<string> }> {
  const folder = await clone();
  await mkdir(join(project, ".trivet/state"), { recursive: true });
  await symlink(join(project, ".trivet"), join(folder, ".trivet"));
  await rm(settingsIn(folder));
  runIn(folder);
  const lines = await typed();
  // `mine` may be somebody's who runs the tests.
  const type = async (verb: string) => {
    const line = lines.find((line) => line.startsWith(`npx trivet ${verb} mine`))!;
    const words = line.split(" ").slice(2);
    return (await trivet(...words.map((word) => (word === "mine" ? environment : word)))).all;
  };
  await type("init");
  await addOwn(folder);
  return { folder, type };
}

const settingsIn = (folder: string) => join(folder, `stacks/Pulumi.${environment}.yaml`);

/** The settings and the hosts of the project's `test`, in the networks that `init` has found. */
async function addOwn(folder: string): Promise<void> {
  const file = settingsIn(folder);
  const written = await readFile(file, "utf8");
  const domains: { name: string; subnet: string }[] = parse(written).config["trivet:domains"];
  const [site, prefix] = [domains[2]!.name, domains[2]!.subnet.replace(/0\/24$/, "")];
  const after = (line: string, more: string) => (text: string) => {
    if (!text.includes(line)) throw new Error(`init writes no line "${line.trim()}" any more:\n${text}`);
    return text.replace(line, `${line}${more}`);
  };
  const changes = [
    after("\nconfig:\n", "  trivet:database:\n    evs: { suspectTimeout: 2s }\n"),
    after("  trivet:hosts:\n", `    - { name: app3, domain: ${site}, address: ${prefix}51, roles: [agent] }\n`),
    after("  trivet:lab:\n", `    targets:\n      - { name: plain1, domain: ${site}, address: ${prefix}61 }\n`),
    after("  trivet:watch:\n", "    hosts: [watched/test.yaml]\n"),
    after("../examples/inventory/hosts.ini", ", watched/test.ini"),
  ];
  await writeFile(
    file,
    changes.reduce((text, change) => change(text), written),
  );
  for (const name of ["test.ini", "test.yaml"]) {
    const path = join(folder, "stacks/watched", name);
    await writeFile(path, inNetworks(await readFile(path, "utf8"), domains));
  }
}

/** What is watched, at these domains' addresses. Groups get names of their own: the newcomer's inventory says other things of `web`. */
function inNetworks(text: string, domains: readonly { name: string; subnet: string }[]): string {
  return text
    .replaceAll(/198\.19\.(\d)\./g, (_, number) => domains[number - 1]!.subnet.replace(/0\/24$/, ""))
    .replaceAll(/^\[fd(\d)\]$/gm, (_, number) => `[${domains[number - 1]!.name.replaceAll("-", "_")}]`)
    .replaceAll(/^trivet_checks=(.*)$/gm, (line: string, kinds: string) =>
      [line, ...kinds.split(", ").map((kind) => `trivet_${kind}_interval=10s`)].join("\n"),
    )
    .replaceAll(/\bdomain: fd(\d)\b/g, (_, number) => `domain: ${domains[number - 1]!.name}`)
    .replaceAll(
      /^(\[?)(database|discovery|monitoring|satellites|applications|watched_from_inside|web)(?=[\]:]|$)/gm,
      "$1own_$2",
    );
}

/** A place where a password is used: all that is nasty, a quarter of it at each, apart by spaces. */
const places = ["webPassword", "databasePassword", "monitorPassword", "apiPassword"] as const;
export const passwords = Object.fromEntries(
  places.map((place, at) => {
    const fits = (password: string) => [...password].length <= 32 && (at < 3 || !iniPasswordProblem(password));
    return [place, nasty.filter((password, index) => index % places.length === at && fits(password)).join(" ")];
  }),
) as Record<(typeof places)[number], string>;

/** Has the environment use these passwords in place of generated ones. */
export async function ownSecrets(): Promise<void> {
  await trivet("config", "set", environment, "secrets", "configured");
  const { stdout: gossipKey } = await execa("openssl", ["rand", "-base64", "32"]);
  for (const [name, secret] of Object.entries({ ...passwords, gossipKey })) {
    await trivetGiven(secret, "config", "set", environment, name, "--secret");
  }
}
