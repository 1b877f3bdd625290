#!/usr/bin/env node
// The front of every command: makes sure that the npm packages are there, and goes on in cli/main.ts with the Node that
// they bring. Plain JavaScript for any Node from 18, since it runs on whatever the machine has.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(project, "node_modules");

// npm packs whatever is named as a command, also where only the components are meant.
if (!existsSync(join(project, "cli", "main.ts"))) {
  fail(
    "This npm package holds Trivet's components, for a stack of your own, and not the command. " +
      'Clone Trivet, and say "npx trivet" there.',
  );
}
if (!packagesAreThere()) installPackages();
run(findNode());

/** npm's own record of what is installed holds every package of the lock file in its version. */
function packagesAreThere() {
  const record = join(modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const installed = read(record);
  return Object.entries(read(join(project, "package-lock.json"))).every(
    ([path, { version, optional }]) =>
      path === "" || installed[path]?.version === version || (optional && !installed[path]),
  );
}

function installPackages() {
  console.error("Installing npm packages (once; again when they change) …");
  // Nothing here needs an install script, and nobody needs to read of old Nodes: the right one comes with the packages.
  const flags = ["--ignore-scripts", "--include=dev", "--include=optional", "--engine-strict=false"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", ["ci", ...flags, ...quiet], { cwd: project, stdio: ["ignore", 2, 2] });
  if (error) fail(`npm could not be started (${error.message}). Install it (apt-get install npm), and try again.`);
  if (status !== 0) {
    fail(`"npm ci" failed, as told above. The npm registry must be reachable: "npm ping" tells. Then try again.`);
  }
}

/** Node 24 from the packages; the running one where there is none for this machine and it is new enough. */
function findNode() {
  const own = join(modules, `node-linux-${process.arch}`, "bin", "node");
  if (existsSync(own)) return own;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `This is Node ${process.version} on ${process.platform}-${process.arch}, for which the packages bring no newer one. ` +
      "Trivet needs 22.18 or newer: install it, and try again.",
  );
}

function run(node) {
  const child = spawn(
    node,
    ["--disable-warning=ExperimentalWarning", join(project, "cli", "main.ts"), ...process.argv.slice(2)],
    {
      stdio: "inherit",
      env: {
        NODE_COMPILE_CACHE: join(project, ".trivet", "cache"),
        ...process.env,
        // So that whatever starts "node" (the Pulumi CLI, for one) gets this one too.
        PATH: `${dirname(node)}:${process.env.PATH}`,
      },
    },
  );
  // Ctrl-C reaches the child by itself; it says what becomes of it, and we wait for that.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
