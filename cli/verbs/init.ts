import { type Command, Option } from "commander";

const several = (value: string, former: string[] = []) => [...former, value];

/** What is no number is told as it was given. */
const portOf = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);

export function init(program: Command): void {
  program
    .command("init")
    .summary("write new settings")
    .description(
      "Writes the settings of a new environment. Asks for what is not given; where there is no terminal, nothing.",
    )
    .argument("<environment>", "its name")
    .option("--lab", "its hosts are made on this machine")
    .addOption(new Option("--real", "its hosts are real ones, reached over SSH").conflicts("lab"))
    .option("--inventory <path>", "an Ansible inventory of what to watch *", several)
    .option("--hosts-file <path>", "a Trivet hosts file of what to watch *", several)
    .option("--domain <name=subnet>", "a failure domain *", several)
    .option("--place <group=domain>", "the failure domain of a group, or of all *", several)
    .option("--host <name=address>", "a host, also name=address=endpoint *", several)
    .option("--ssh-user <user>", "who logs in to them (default: trivet)")
    .option("--ntp <server>", "an NTP server of the outer world *", several)
    .option("--dns <address>", "a DNS server for all other names *", several)
    .option("--notify <url>", "a webhook that is told of problems")
    .option("--port <port>", "where people come in (default: a free one)", portOf)
    .option("--answers <file>", "YAML of these options, - for standard input")
    .option("--force", "replace the settings file of that name")
    .addHelpText("after", "\n* may be repeated\n\n  $ trivet init site --lab --inventory ~/ansible/hosts.ini")
    .action(async (name, options) => (await import("../commands/init.ts")).init(name, options));
}
