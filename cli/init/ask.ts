import askText from "@inquirer/input";
import askChoice from "@inquirer/select";
import { UserError } from "../../core/errors.ts";

/** A question for a line of text. */
export interface Question {
  message: string;
  /** The option that answers it. */
  flag: string;
  /** What is taken where nobody answers; without one the question must be answered. */
  default?: string;
  /** What is wrong with an answer; undefined when nothing is. */
  wrong?: (answer: string) => string | undefined;
}

export interface Choice<T> {
  message: string;
  options: readonly { name: string; value: T; description?: string }[];
  /** What is taken where nobody answers. */
  default: T;
}

/** Who answers: a person at the terminal, or nobody. */
export interface Asker {
  text(question: Question): Promise<string>;
  choice<T>(choice: Choice<T>): Promise<T>;
  /** @throws {UserError} that names the options of all questions that nobody answered */
  done(): void;
}

/** Ctrl-C at a question ends the command, and nothing was done. */
const answered = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch(() => {
    throw new UserError("Nothing was written.");
  });

export const person: Asker = {
  text: ({ message, default: usual, wrong }) =>
    answered(
      askText({
        message,
        ...(usual !== undefined && { default: usual, prefill: "editable" as const }),
        validate: (answer) => wrong?.(answer.trim()) ?? true,
      }),
    ).then((answer) => answer.trim()),
  choice: ({ message, options, default: usual }) =>
    answered(askChoice({ message, choices: [...options], default: usual })),
  done() {},
};

/** Takes what is usual, and remembers what has no such answer. */
export function nobody(): Asker {
  const open: Question[] = [];
  return {
    async text(question) {
      if (question.default === undefined) open.push(question);
      return question.default ?? "";
    },
    choice: async ({ default: usual }) => usual,
    done() {
      if (open.length === 0) return;
      const lines = open.map(({ flag, message }) => `  ${flag}  ${message}`);
      throw new UserError(["There is no terminal to ask at, and these have no default:", ...lines].join("\n"));
    },
  };
}
