import type { ServiceName } from "../../components/services.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";

/** What one container answered. */
export interface Answer {
  service: ServiceRecord;
  said: string;
}

/** Something that a running service uses, and must not. */
export interface Problem {
  /** Whose it is. */
  service: ServiceRecord;
  /** What it uses: a sentence or a setting with its value. */
  said: string;
  expected: string;
  /** What to do about it. */
  mend: string;
}

/**
 * One thing that every running service of a kind must have: looked up from inside, and judged by a pure function. It finds
 * what no experiment may have hit yet, and names it.
 */
export interface Rule {
  /** kebab-case: `durable-commits`. */
  name: string;
  /** What holds when there is no problem. */
  title: string;
  /** The containers that are asked. */
  of(inventory: Inventory): ServiceRecord[];
  /**
   * bash, run in each of them: what it prints is the answer, and an exit code other than 0 a problem of its own.
   * `container`: the answer is Docker's own description of the container, as JSON.
   */
  ask: { script: string } | "container";
  judge(answers: readonly Answer[], inventory: Inventory): Problem[];
}

/** All containers of these services. */
export const running =
  (...names: ServiceName[]) =>
  ({ services }: Inventory): ServiceRecord[] =>
    services.filter(({ service }) => names.includes(service));

/** Judges each answer by itself. */
export const each =
  (judgeOne: (answer: Answer, inventory: Inventory) => Omit<Problem, "service">[]): Rule["judge"] =>
  (answers, inventory) =>
    answers.flatMap((answer) =>
      judgeOne(answer, inventory).map((problem) => ({ service: answer.service, ...problem })),
    );

/** A problem where a condition does not hold. */
export const unless = (holds: boolean, said: string, expected: string, mend: string): Omit<Problem, "service">[] =>
  holds ? [] : [{ said, expected, mend }];

/** Lines of `name<TAB>value`. */
export const pairs = (said: string): Record<string, string> =>
  Object.fromEntries(
    said
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("\t") as [string, string]),
  );

/** Asks a database node for global variables: lines of `name<TAB>value`. */
export const variables = (...names: string[]): { script: string } => ({
  script: `mariadb --connect-timeout=2 -NBe "SHOW GLOBAL VARIABLES WHERE variable_name IN (${names.map((name) => `'${name}'`).join(", ")})"`,
});
