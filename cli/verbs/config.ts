import type { Command } from "commander";

export function config(program: Command): void {
  const config = program
    .command("config")
    .summary("read and change settings")
    .description(
      "Reads and changes the settings file of an environment. Comments and form stay as they are. Secrets are encrypted as the Pulumi CLI does, which reads the same file.",
    );
  const environment = "the environment";
  const path = 'which setting, such as "database.cluster" or "hosts[2].address"';
  config
    .command("set")
    .description("Sets one setting, checked before it is written.")
    .argument("<environment>", environment)
    .argument("<path>", path)
    .argument("[value]", "as in the file; left out, it comes by a pipe, and a secret is asked for without being shown")
    .option("--secret", "encrypt it")
    .addHelpText(
      "after",
      "\nExamples:\n  $ trivet config set dev database.cluster shop\n  $ trivet config set dev webPassword --secret\n  $ openssl rand -base64 32 | trivet config set dev gossipKey --secret\n",
    )
    .action(async (name, path, value, options) =>
      (await import("../commands/config.ts")).configSet(name, path, value, options),
    );
  config
    .command("get")
    .description("Prints one setting as the file has it.")
    .argument("<environment>", environment)
    .argument("<path>", path)
    .option("--show-secrets", "print a secret in clear")
    .action(async (name, path, options) => (await import("../commands/config.ts")).configGet(name, path, options));
  config
    .command("rm")
    .description("Takes one setting out of the file.")
    .argument("<environment>", environment)
    .argument("<path>", path)
    .action(async (name, path) => (await import("../commands/config.ts")).configRemove(name, path));
  config
    .command("ls")
    .description("Lists what the file sets.")
    .argument("<environment>", environment)
    .option("--json", "for programs: values by name")
    .option("--show-secrets", "print secrets in clear")
    .action(async (name, options) => (await import("../commands/config.ts")).configList(name, options));
}
