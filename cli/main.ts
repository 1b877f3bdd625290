import { join, resolve } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import dotenv from "dotenv";
import { Failure, UserError } from "../core/errors.ts";
import { endWithReader } from "./pipes.ts";
import { projectDir } from "./project.ts";

endWithReader();
dotenv.config({ path: join(projectDir, ".env"), quiet: true });
// Relative to the project, wherever trivet or a program that it starts is called.
if (process.env.TRIVET_SSH_CONFIG) process.env.TRIVET_SSH_CONFIG = resolve(projectDir, process.env.TRIVET_SSH_CONFIG);

const OK = 0;
const FAILED = 1;
const USAGE = 2;

const environment = () => new Argument("[environment]", "an environment with settings in stacks/").default("dev");
const env = () => new Option("-e, --env <environment>", "the environment").default("dev");
const host = () => new Option("--host <host>", "only on this host");
const engine = () =>
  new Option("--engine <engine>", "what runs the program (default: pulumi where it is installed)")
    .choices(["pulumi", "embedded"])
    .env("TRIVET_ENGINE");
const yes = () => new Option("-y, --yes", "don't ask");

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("Expected a whole number above 0.");
  return number;
}

const examples = (...lines: string[]) => `\nExamples:\n${lines.map((line) => `  $ trivet ${line}`).join("\n")}\n`;

// Each command loads its own code: the short ones stay quick.
const program = new Command("trivet")
  .description("Highly available infrastructure over failure domains: one settings file, one program, no internet.")
  .showHelpAfterError("(--help tells what there is)")
  .addHelpText(
    "after",
    `${examples("up", "status --watch", "destroy dev")}
Exit codes: ${OK} all well, ${FAILED} something failed or is not healthy, ${USAGE} the command, settings or machine are not right;\nof chaos also 3: the run itself broke, which says nothing about the environment.`,
  );

program
  .command("up")
  .summary("bring an environment up, and wait until it is healthy")
  .description(
    "Sets this machine up, makes the environment what its settings say, and waits until every service is healthy.",
  )
  .addArgument(environment())
  .addOption(engine())
  .addOption(yes())
  .option("--without <host>", "change the database although this node of it is missing")
  .addHelpText("after", examples("up", "up test --engine embedded"))
  .action(async (name, options) => (await import("./commands/up.ts")).up(name, options));

program
  .command("preview")
  .summary("tell what up would do")
  .description("Tells what up would do, and changes nothing.")
  .addArgument(environment())
  .addOption(engine())
  .addHelpText("after", examples("preview", "preview staging"))
  .action(async (name, options) => (await import("./commands/preview.ts")).preview(name, options));

program
  .command("refresh")
  .summary("record what is really there")
  .description("Records in the state what is really there. The next up mends what differs from the program.")
  .addArgument(environment())
  .addOption(engine())
  .addHelpText("after", examples("refresh dev && trivet up dev"))
  .action(async (name, options) => (await import("./commands/refresh.ts")).refresh(name, options));

program
  .command("destroy")
  .summary("remove an environment with all its data")
  .description("Removes an environment with all its data, and makes sure that nothing of it is left. Asks first.")
  .addArgument(new Argument("<environment>", "the environment"))
  .addOption(engine())
  .addOption(yes())
  .option(
    "--without-state",
    "by the labels alone: when another state owns it, or the passphrase of its state is lost. --yes does not answer for that",
  )
  .addHelpText("after", examples("destroy dev", "destroy test --yes", "destroy dev --yes --without-state"))
  .action(async (name, options) => (await import("./commands/destroy.ts")).destroy(name, options));

program
  .command("adopt")
  .summary("take over an environment whose state is elsewhere or lost")
  .description(
    "Brings here the state of an environment that runs, from the copy that up leaves beside it, with its passwords. Touches nothing that runs; needs the passphrase that the state is encrypted with. Use it when .trivet/state is lost, or from a second clone.",
  )
  .addArgument(new Argument("<environment>", "the environment"))
  .addOption(yes())
  .addHelpText("after", examples("adopt dev", "adopt dev && trivet preview dev"))
  .action(async (name, options) => (await import("./commands/adopt.ts")).adopt(name, options));

program
  .command("status")
  .summary("tell how every service is")
  .description("Asks every service of every host how it is. The exit code is 0 only when all is well.")
  .addArgument(environment())
  .option("--json", "for programs: healthy, services, and problems where there are any")
  .option("-w, --watch", "again every second, until Ctrl-C")
  .addHelpText("after", examples("status", "status dev --watch", "status dev --json | jq .healthy"))
  .action(async (name, options) => (await import("./commands/status.ts")).status(name, options));

program
  .command("recover")
  .summary("start a database cluster again that can't do so by itself")
  .description(
    "Looks at every database node and tells how the cluster can be started again without losing data, or why not. Changes nothing without --apply.",
  )
  .addArgument(new Argument("<environment>", "the environment"))
  .option("--apply", "do it: one node starts the cluster, the others join one by one")
  .option(
    "--without <hosts>",
    "go on without these hosts, separated by commas: what only they committed is lost",
    (text) => text.split(","),
  )
  .addOption(new Option("--json", "for programs: evidence, and plan or refusals").conflicts("apply"))
  .addHelpText("after", examples("recover dev", "recover dev --without db3", "recover dev --apply"))
  .action(async (name, options) => (await import("./commands/recover.ts")).recover(name, options));

program
  .command("forget")
  .summary("remove the data of a former database node")
  .description(
    "Removes the volume that a database node left when it was taken out of the settings. Until then it is kept, and taken up again when the node comes back. Asks first.",
  )
  .addArgument(new Argument("<environment>", "the environment"))
  .addArgument(new Argument("<host>", "the former node"))
  .option("--endpoint <endpoint>", "where its Docker daemon is, when the settings name the host no longer")
  .addOption(yes())
  .addHelpText("after", examples("forget dev db5", "forget staging db5 --endpoint ssh://trivet@10.1.0.15"))
  .action(async (name, host, options) => (await import("./commands/forget.ts")).forget(name, host, options));

program
  .command("check")
  .summary("measure every clock")
  .description(
    "Measures the clock of every host and every database against the site's time. The exit code is 0 only when all are right.",
  )
  .addArgument(environment())
  .option("--json", "for programs: right, limits, and clocks with their verdicts")
  .addHelpText("after", examples("check", "check dev --json | jq '.clocks[] | select(.verdict != \"right\")'"))
  .action(async (name, options) => (await import("./commands/check.ts")).check(name, options));

program
  .command("heal")
  .summary("heal what a killed chaos run has left")
  .description(
    "Heals what a chaos run has left broken when it and its guard were killed, as up does before anything else. A run that is at work is left alone.",
  )
  .addArgument(new Argument("<environment>", "the environment"))
  .addHelpText("after", examples("heal dev"))
  .action(async (name) => (await import("./commands/heal.ts")).heal(name));

program
  .command("output")
  .summary("print what the program exported")
  .description(
    "Prints the recorded outputs of an environment as JSON, or one of them. Secrets are hidden unless asked for.",
  )
  .argument("[name]", "the output")
  .addOption(env())
  .option("--show-secrets", "print secrets in clear")
  .option("--json", "JSON, as always")
  .addHelpText("after", examples("output", "output inventory --show-secrets | jq .web.login"))
  .action(async (name, options) => (await import("./commands/output.ts")).output(name, options));

program
  .command("logs")
  .summary("print what a service says")
  .description("Prints what a service's containers say.")
  .argument("<service>", "its name, as status shows it")
  .addOption(env())
  .addOption(host())
  .option("-f, --follow", "go on as it says more, until Ctrl-C")
  .option("-n, --tail <lines>", "how many lines from the end, or all", "100")
  .addHelpText("after", examples("logs galera", "logs icinga-master --host mon1 -f"))
  .action(async (name, options) => (await import("./commands/logs.ts")).logs(name, options));

program
  .command("shell")
  .summary("open a shell on a host")
  .description("Opens a shell in the container of a host's main service, or of the service that is named.")
  .argument("<host>", "its name, as status shows it")
  .addOption(env())
  .option("--service <service>", "the service whose container it is")
  .addHelpText("after", examples("shell db1", "shell dns2 --service bind"))
  .action(async (name, options) => (await import("./commands/shell.ts")).shell(name, options));

program
  .command("restart")
  .summary("restart a service, one node at a time")
  .description(
    "Restarts the containers of a service, one failure domain after the other: each only while all others are fit, and the next only when it is back. Stops at the first that does not come back.",
  )
  .argument("<service>", "its name, as status shows it")
  .addOption(env())
  .addOption(host())
  .addOption(yes())
  .addHelpText("after", examples("restart galera", "restart icingaweb --host web2"))
  .action(async (name, options) => (await import("./commands/rolling.ts")).roll("restart", name, options));

program
  .command("stop")
  .summary("stop a service, or one node of it")
  .description(
    "Stops the containers of a service, one after the other. They stay down, also when their Docker is restarted, until start or up. Asks first.",
  )
  .argument("<service>", "its name, as status shows it")
  .addOption(env())
  .addOption(host())
  .option("--all", "also when it takes the last majority of a service that needs one")
  .addOption(yes())
  .addHelpText("after", examples("stop galera --host db2", "stop galera --all"))
  .action(async (name, options) => (await import("./commands/rolling.ts")).roll("stop", name, options));

program
  .command("start")
  .summary("start what was stopped, and wait until it is fit")
  .description(
    "Starts the containers of a service that stand still, and waits for each until it is fit. (up starts whatever stands still, too.)",
  )
  .argument("<service>", "its name, as status shows it")
  .addOption(env())
  .addOption(host())
  .addHelpText("after", examples("start galera", "start galera --host db2"))
  .action(async (name, options) => (await import("./commands/rolling.ts")).roll("start", name, options));

program
  .command("firewall")
  .summary("list the connections that hosts need")
  .description("Lists the connections that a site's firewall must let through, for those who run it.")
  .addArgument(environment())
  .option("--csv", "one line per pair of addresses")
  .addHelpText("after", examples("firewall dev", "firewall dev --csv > flows.csv"))
  .action(async (name, options) => (await import("./commands/firewall.ts")).firewall(name, options));

program
  .command("chaos")
  .summary("break an environment on purpose, and tell what it survived")
  .description(
    "Breaks an environment on purpose, one experiment after the other, heals it, and judges what clients saw: no acknowledged write lost, one writer, names that resolve, one notification per outage. Writes a report. Only where the settings allow it (allowChaos).",
  )
  .addArgument(environment())
  .option("--only <names>", "only these experiments, separated by commas", (text) => text.split(","))
  .option("--quick", "only the short set")
  .option("--list", "list the experiments, and every fault by service and level")
  .option("--monkey <minutes>", "instead, any two faults at once, drawn by lot, for so many minutes", wholeNumber)
  .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
  .addHelpText(
    "after",
    examples("chaos dev --quick", "chaos dev --only database-kill,domain-cut-off", "chaos dev --monkey 60"),
  )
  .action(async (name, options) => (await import("./commands/chaos.ts")).chaos(name, options));

program
  .command("mutants")
  .summary("misconfigure it on purpose, and see that the suite finds it")
  .description(
    "Checks the chaos suite itself: misconfigures every service of an environment, one way after the other, and tells which audit rule or experiment finds it. Only in a lab whose settings allow everything (allowChaos: true). Exit code 3: the run broke.",
  )
  .addArgument(environment())
  .option("--only <names>", "only these mutants, separated by commas", (text) => text.split(","))
  .option("--list", "list them, and what is to find each")
  .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
  .addHelpText("after", examples("mutants dev", "mutants dev --only flush-0,tcp-check"))
  .action(async (name, options) => (await import("./commands/mutants.ts")).mutants(name, options));

const images = program
  .command("images")
  .summary("build the images that are missing")
  .description("Builds the images that are missing, as up does. For those who run `pulumi up` by hand.")
  .option("--list", "only list them")
  .option("--rebuild", "build all of them anew, with what the Debian mirror has now")
  .option("--checks", "those of the chaos suite, too")
  .addHelpText("after", examples("images", "images --list", "images --checks"))
  .action(async (options) => (await import("./commands/images.ts")).images(options));
images
  .command("push")
  .summary("bring them to real hosts")
  .description(
    "Brings this machine's images to the real hosts of an environment, through SSH, only the layers that are missing there. up does so for images that hosts lack; this also replaces an older build of them, as after --rebuild.",
  )
  .addArgument(new Argument("<environment>", "an environment of real hosts"))
  .addHelpText("after", examples("images push staging", "images --rebuild && trivet images push staging"))
  .action(async (name) => (await import("./commands/images.ts")).pushImages(name));

const lab = program.command("lab").description("Makes what stands for an environment's surroundings.");
const bed = lab.command("hosts").description("Containers that stand for the real hosts of an environment.");
const bedOf = () => new Argument("[environment]", "an environment of real hosts").default("staging");
bed
  .command("up")
  .summary("start containers that stand for the real hosts of an environment")
  .description(
    "Starts a container for each host of an environment's settings: Debian with sshd, a Docker daemon of its own and nothing else, at the host's address, each site a network behind a router that lets only the declared flows pass. Makes keys for them, and a configuration for ssh.",
  )
  .addArgument(bedOf())
  .addHelpText("after", examples("lab hosts up", "lab hosts up staging && trivet up staging"))
  .action(async (name) => (await import("./commands/labHosts.ts")).hostsUp(name));
bed
  .command("down")
  .summary("remove them with all their data")
  .description("Removes the containers that stand for real hosts, with all that is on them and their keys. Asks first.")
  .addArgument(bedOf())
  .addOption(yes())
  .addHelpText("after", examples("lab hosts down staging --yes"))
  .action(async (name, options) => (await import("./commands/labHosts.ts")).hostsDown(name, options));

program
  .command("report")
  .summary("tell what a run of chaos found, or compare two")
  .description(
    "Prints the summary of a run of chaos and where its report is. With two runs: what is different in the second.",
  )
  .argument("[run]", "its folder, or its name in .trivet/chaos/<environment> (default: the newest)")
  .argument("[other]", "a later run to compare it with")
  .addOption(env())
  .addHelpText(
    "after",
    examples("report", "report --env test", "report 2026-11-21T12-00-00.000Z 2026-11-22T12-00-00.000Z"),
  )
  .action(async (run, other, options) => (await import("./commands/report.ts")).report(run, other, options));

program
  .command("test")
  .summary("run everything that needs no human")
  .description("Runs all tests, with an environment of their own. The last line counts them.")
  .option("--unit", "without the tests on a whole environment")
  .addHelpText("after", examples("test", "test --unit"))
  .action(async (options) => (await import("./commands/test.ts")).test(options));

const bench = program.command("bench").summary("measure").description("Measures, and prints a table.");
bench
  .command("up")
  .description("Measures how long up takes in each case, and the memory of the environment. Destroys the environment.")
  .addArgument(environment())
  .option("--cold", "from a fresh clone without images too; removes the images")
  .option("--runs <count>", "how often each is measured", "3")
  .addOption(yes())
  .addHelpText("after", examples("bench up", "bench up test --runs 1"))
  .action(async (name, options) => (await import("./commands/bench.ts")).benchUp(name, options));
bench
  .command("galera")
  .summary("how long nobody can write")
  .description(
    "Measures the longest gap between acknowledged writes while a database node is killed, stopped, cut off or restarted, with our time-outs and with Galera's own; then how soon it writes again after all nodes were lost at once. Only where the settings allow it (allowChaos). The longest of few runs stands for p99.",
  )
  .addArgument(environment())
  .option(
    "--only <names>",
    "only these, separated by commas: kill, sigstop, cut-off, restart (each also with -written or -other), power-cut, stop-all, replace, starved, restart-all; and kill-container, pause, which are not measured unless named",
    (text) => text.split(","),
  )
  .option(
    "--runs <count>",
    "how often each is measured (default: 10; power-cut 20, stop-all 5, restart-all 3)",
    wholeNumber,
  )
  .option(
    "--profiles <names>",
    "what nodes find a failure by: configured, default (Galera's time-outs), unsupervised, plain (both)",
    (text) => text.split(","),
    ["configured", "default"],
  )
  .option("--minutes <count>", "for how long a node is starved", wholeNumber, 10)
  .option("--seed <number>", "repeat what another run drew by lot", wholeNumber)
  .option("--json <file>", "write the results there, too")
  .addHelpText("after", examples("bench galera dev", "bench galera dev --only kill,sigstop-other --runs 3"))
  .action(async (name, options) => (await import("./commands/benchGalera.ts")).benchGalera(name, options));

// Whoever works on an environment hears what is broken there on purpose. up, destroy and heal heal it; status shows it itself.
const working = "preview refresh recover forget check logs shell restart stop start chaos mutants galera".split(" ");
program.hook("preAction", async (_, command) => {
  if (!working.includes(command.name()) || command.opts().json) return;
  const [first] = command.registeredArguments;
  const environment = command.opts().env ?? (first?.name() === "environment" ? command.processedArgs[0] : undefined);
  if (environment) await (await import("./environment/broken.ts")).tellBroken(environment);
});

program.exitOverride().configureOutput({ outputError: (text, write) => write(text) });
for (const command of [...program.commands, ...bench.commands, ...images.commands, bed, ...bed.commands])
  command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  const { name, code, exitCode, message } = error as Error & { code?: string; exitCode?: number };
  // Commander has told its own already.
  if (code?.startsWith("commander.")) return exitCode === 0 ? OK : USAGE;
  if (error instanceof UserError || error instanceof Failure) {
    console.error(`\n${message}`);
    return error instanceof Failure ? FAILED : USAGE;
  }
  console.error(`\nThis should not have happened (${name}). Please report it with all of the following:`);
  console.error(error);
  return FAILED;
}
