import { Argument, type Command, Option } from "commander";
import { examples, wholeNumber } from "./words.ts";

const several = (value: string, former: string[] = []) => [...former, value];

export function init(program: Command): void {
  program
    .command("init")
    .summary("write the settings of a new environment")
    .description(
      "Writes the settings file of a new environment, after a few questions. What is given is not asked; without a terminal nothing is, and what has no default must be given.",
    )
    .addArgument(new Argument("<environment>", "its name"))
    .option("--lab", "its hosts are made on this machine")
    .addOption(new Option("--real", "its hosts are real ones, reached over SSH").conflicts("lab"))
    .option("--inventory <path>", "an Ansible inventory of what to watch, a file or a folder; may be repeated", several)
    .option("--hosts-file <path>", "a Trivet hosts file of what to watch; may be repeated", several)
    .option("--domain <name=subnet>", "a failure domain; may be repeated", several)
    .option("--place <group=domain>", "the failure domain of an inventory's group, or of all; may be repeated", several)
    .option("--host <name=address[=endpoint]>", "a host; may be repeated", several)
    .option("--ssh-user <user>", "who logs in to hosts without an endpoint (default: trivet)")
    .option("--ntp <server>", "an NTP server of the outer world; may be repeated", several)
    .option("--dns <address>", "a DNS server for all other names; may be repeated", several)
    .option("--notify <url>", "a webhook that is told of problems")
    .option("--port <port>", "where people come in (default: 8080, or the next that no other lab has)", wholeNumber)
    .option("--answers <file>", "YAML with these options by their names, - for standard input")
    .option("--force", "replace the settings file of that name")
    .addHelpText("after", examples("init site", "init site --lab --inventory ~/ansible/hosts.ini"))
    .action(async (name, options) => (await import("../commands/init.ts")).init(name, options));
}
