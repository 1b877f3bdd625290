import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

const images = join(import.meta.dirname, "../../../images");

/**
 * Runs a script of an image (of galera's, unless named as `supervisor/health`) with its folders elsewhere, and other commands in place of some. What these are asked is in
 * `asked`, in its order.
 */
export async function ran(
  script: string,
  commands: Record<string, string>,
  files: Record<string, string> = {},
  ...args: string[]
) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-script-"));
  try {
    for (const name of ["run", "etc/galera", "data", "bin"]) await mkdir(join(folder, name), { recursive: true });
    const elsewhere = async (path: string) =>
      (await readFile(join(images, path), "utf8"))
        .replaceAll("/run/trivet", join(folder, "run"))
        .replaceAll("/etc/trivet", join(folder, "etc"))
        .replaceAll("/var/lib/mysql", join(folder, "data"))
        .replaceAll("/usr/local/lib/trivet", join(folder, "bin"));
    const own = await elsewhere(script.includes("/") ? script : `galera/${script}`);
    const all: Record<string, string> = {
      "bin/uptime": await elsewhere("base/uptime"),
      "etc/galera/monitor.cnf": "[client]\nuser = trivet_monitor\n",
      "etc/galera/consul-services": "galeradb\n",
      ...files,
      script: own,
      ...Object.fromEntries(
        Object.entries(commands).map(([name, body]) => [
          `bin/${name}`,
          `#!/bin/bash\nask() { echo "$*" >> ${folder}/asked; }\ncount() { echo x >> ${folder}/$1; wc -l < ${folder}/$1; }\n${body}`,
        ]),
      ),
    };
    for (const [path, content] of Object.entries(all)) await writeFile(join(folder, path), content);
    for (const name of Object.keys(commands)) await chmod(join(folder, "bin", name), 0o755);
    const { exitCode, stdout, stderr } = await execa("bash", [join(folder, "script"), ...args], {
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
      reject: false,
      timeout: 60_000,
    });
    const asked = await readFile(join(folder, "asked"), "utf8").catch(() => "");
    return { exitCode, stdout, stderr, asked: asked.split("\n").filter(Boolean) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
