import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { UserError } from "../../core/errors.ts";
import type { Bed } from "./plan.ts";
import { knownHosts, sshConfig } from "./ssh.ts";

/** The keys of a bed: made once, kept until it is removed. */
export interface BedKeys {
  /** The operator's public key. */
  operator: string;
  /** Of each host by its name: what sshd needs. */
  hosts: Map<string, { privateKey: string; publicKey: string }>;
}

/** Makes what is missing in a folder: the operator's key pair, one of each host, `known_hosts` and `ssh_config`. */
export async function makeKeys(bed: Bed, folder: string): Promise<BedKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { publicKey: operator } = await keyPair(join(folder, "id_ed25519"), `operator of the bed ${bed.environment}`);
  const hosts: BedKeys["hosts"] = new Map();
  for (const { name } of bed.hosts) hosts.set(name, await keyPair(join(folder, "hosts", name), name));
  const keys = new Map([...hosts].map(([name, { publicKey }]) => [name, publicKey]));
  await writeFile(join(folder, "known_hosts"), knownHosts(bed, keys));
  await writeFile(join(folder, "ssh_config"), sshConfig(bed, folder));
  return { operator, hosts };
}

async function keyPair(path: string, comment: string): Promise<{ privateKey: string; publicKey: string }> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const args = ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path];
    await execa("ssh-keygen", args, { stdin: "ignore" }).catch(({ stderr, shortMessage }) => {
      throw new UserError(
        `ssh-keygen could not make a key: ${stderr || shortMessage}. It comes with ssh: apt-get install openssh-client.`,
      );
    });
  }
  return { privateKey: await readFile(path, "utf8"), publicKey: (await readFile(`${path}.pub`, "utf8")).trim() };
}
