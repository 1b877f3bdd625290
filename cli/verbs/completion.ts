import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { examples } from "./words.ts";

/** The last verb to register: it completes those that are there. Shells ask a hidden one, `complete`, at each Tab. */
export function completion(program: Command): void {
  const completions = tab(program, { completionCommandName: "completion" });
  const verb = (name: string) => childOf(program, name);
  verb("completion")
    .summary("for bash, zsh, fish")
    .usage("<shell>")
    .description(
      "Prints a script by which a shell completes verbs, options, environments, and the services and hosts that are recorded of them. `trivet` must be found on PATH (npm link in the clone does that); bash needs the package bash-completion.",
    )
    .addHelpText(
      "after",
      examples(
        "completion bash > /etc/bash_completion.d/trivet",
        "completion zsh > ~/.zfunc/_trivet",
        "completion fish > ~/.config/fish/completions/trivet.fish",
      ),
    );
  for (const [path, completed] of completions.commands) {
    completed.description = path.split(" ").reduce(childOf, program).summary() || completed.description;
  }
  verb("complete").hook("preAction", async (_, { args }) => {
    await (await import("../environment/completions.ts")).completeNames(completions, program, args);
  });
}

const childOf = (parent: Command, name: string): Command =>
  parent.commands.find((command) => command.name() === name) ?? parent;
