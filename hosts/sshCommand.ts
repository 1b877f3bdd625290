/**
 * Arguments for the system's `ssh`, the same whatever it is to do on a host, so that keys, known hosts, jump hosts and `~/.ssh/config`
 * mean what they mean to the user.
 *
 * `TRIVET_SSH_CONFIG` names a configuration file to be read in place of `~/.ssh/config`: `ssh` itself has no variable for it.
 *
 * @param endpoint `ssh://[user@]host[:port]`
 * @param sshOpts more arguments, such as `-i` and a key's path. They come first: of two values `ssh` takes the first one.
 */
export function sshArguments(endpoint: string | URL, sshOpts: readonly string[] = []): string[] {
  const { username, hostname, port } = new URL(endpoint);
  const ours = [
    // Never asks: a host key that is not known, or is another one than before, is refused.
    "BatchMode=yes",
    "ConnectTimeout=15",
    // A host that died ends the connection after 15 s.
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
  ];
  const config = process.env.TRIVET_SSH_CONFIG;
  return [
    ...(config ? ["-F", config] : []),
    ...sshOpts,
    ...ours.flatMap((option) => ["-o", option]),
    ...(username ? ["-l", decodeURIComponent(username)] : []),
    ...(port ? ["-p", port] : []),
    "--",
    hostname,
  ];
}

/** Arguments as one text for the shell of the user on a host, which takes each as it is. */
export const shellText = (argv: readonly string[]): string =>
  argv.map((argument) => `'${argument.replaceAll("'", `'\\''`)}'`).join(" ");
