// The program as whoever writes `pulumi up` by hand has it: without `trivet`, what is wrong is refused in the same words.
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { lab, small, type Values } from "./small.ts";

let made = 0;
await pulumi.runtime.setMocks(
  {
    async newResource({ name, inputs }) {
      made += 1;
      const told = { value: "made-up", certificate: "CERT", privateKey: "KEY", imageId: `sha256:${name}` };
      return { id: `${name}-id`, state: { ...inputs, ...told } };
    },
    async call({ inputs }) {
      return inputs;
    },
  },
  "trivet",
  "small",
);

let runs = 0;
/** Runs it with settings as Pulumi hands them over. */
async function run(values: Values, others: Record<string, string> = {}): Promise<unknown> {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const own = Object.entries(values).map(([name, value]) => [`trivet:${name}`, text(value)]);
  pulumi.runtime.setAllConfig({ ...Object.fromEntries(own), ...others });
  made = 0;
  runs += 1;
  return import(`../../stacks/index.ts?run=${runs}`);
}

const refuses = test.macro<[Values, Record<string, string>, string[]]>(async (t, values, others, expected) => {
  const error = await t.throwsAsync(run(values, others), { instanceOf: pulumi.RunError });
  t.deepEqual(error.message.split("\n\n"), [
    `Settings in Pulumi.small.yaml: ${expected.length} ${expected.length === 1 ? "problem" : "problems"}`,
    ...expected,
  ]);
  t.is(made, 0, "before anything is made");
});

const problem = (where: string, given: string, expected: string, mend: string) =>
  `  ${where}\n    given:    ${given}\n    expected: ${expected}\n    mend:     ${mend}`;

test.serial(
  "T06: experiments that there are none of",
  refuses,
  { ...small(), allowChaos: ["databse-kill", "database-kill", "nothing-at-all-like-it"] },
  {},
  [
    problem("allowChaos[0]", '"databse-kill"', "the name of an experiment", 'write "database-kill"'),
    problem(
      "allowChaos[2]",
      '"nothing-at-all-like-it"',
      "the name of an experiment",
      "trivet chaos <environment> --list tells all",
    ),
  ],
);

test.serial("T06: chaos on real hosts by one word", refuses, { ...small(), allowChaos: true }, {}, [
  problem(
    "allowChaos",
    "true, for an environment of real hosts",
    "the names of the experiments that may run here",
    'name them, such as ["database-kill"] (trivet chaos <environment> --list tells all), or remove allowChaos',
  ),
]);

test.serial(
  "a namespace that is nearly ours; those of others are theirs",
  refuses,
  lab(),
  { "trivt:web": "{}", "docker:host": "unix:///nowhere", "run:without": "a1" },
  [problem("trivt:web", 'the unknown namespace "trivt"', "trivet", 'write "trivet:web"')],
);

test.serial("to go on without a host that is no database node", async (t) => {
  await t.throwsAsync(run(lab(), { "run:without": "b1" }), { message: /without "b1", which is none of its nodes/ });
});

test.serial("what is right is made", async (t) => {
  await run({ ...small(), allowChaos: ["database-kill"] }, { "docker:host": "unix:///nowhere" });
  await pulumi.runtime.disconnect();
  t.true(made > 50);
});
