import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { execa } from "execa";

const main = join(import.meta.dirname, "../../cli/main.ts");
const pipes = pathToFileURL(join(import.meta.dirname, "../../cli/pipes.ts")).href;

/** The exit code and what is on stderr when whoever reads `channel` has gone before anything is printed. */
async function unread(shell: string) {
  const { stdout, stderr } = await execa("bash", ["-c", shell, "bash", process.execPath, main], { reject: false });
  return { stdout, stderr };
}

test("without a reader a command ends quietly, as other tools do", async (t) => {
  const { stdout, stderr } = await unread(`"$1" "$2" --help | true; echo "\${PIPESTATUS[0]}"`);
  t.deepEqual({ stdout, stderr }, { stdout: "141", stderr: "" });
});

test("also one whose errors nobody reads", async (t) => {
  const { stdout } = await unread(`{ "$1" "$2" status nosuch 2>&1 >&3 | true; echo "\${PIPESTATUS[0]}"; } 3>&1`);
  t.is(stdout, "141");
});

test("a slow reader gets all of it, and nothing that still runs keeps the program", async (t) => {
  const program = `
    import { end } from ${JSON.stringify(pipes)};
    setInterval(() => {}, 1_000);
    process.exitCode = 3;
    process.stdout.write("x".repeat(4_000_000));
    await end();
  `;
  const { stdout } = await execa("bash", [
    "-c",
    `"$1" --input-type=module -e "$2" | { sleep 0.5; wc -c; }; echo "\${PIPESTATUS[0]}"`,
    "bash",
    process.execPath,
    program,
  ]);
  t.deepEqual(stdout.split("\n"), ["4000000", "3"]);
});
