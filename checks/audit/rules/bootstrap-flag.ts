import { galera } from "../../../components/galera/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

const position = { uuid: "00000000-0000-0000-0000-0000000000a1", seqno: 7 };
const node = (host: string, doing: string) => ({ host, doing, detail: "", position, safeToBootstrap: false });
/** A node that waits with data, beside two that are alive. */
const situation = JSON.stringify({ self: node("a", "waiting"), peers: [node("b", "primary"), node("c", "primary")] });

/**
 * One process may well have `--wsrep-new-cluster` on its command line: the first of a new cluster. What matters is what the
 * next start does, so the node's own decision is asked with a living peer, and what a start would read.
 */
export const bootstrapFlag: Rule = {
  name: "bootstrap-flag",
  title: "a database node that restarts joins its peers, and never starts a second cluster",
  of: running(galera.name),
  ask: {
    script: `
decision=$(echo '${situation}' | node /usr/local/lib/trivet/program.cjs decide)
jq -cn --arg decision "$decision" \
  --arg options "$(my_print_defaults mariadbd mysqld server galera mariadb | grep -iE '^--(loose-)?wsrep[-_](new[-_]cluster|provider[-_]options)')" \
  --arg arguments "$(tr '\\0' ' ' < /proc/1/cmdline)" \
  --arg safe "$(sed -n 's/^safe_to_bootstrap: *//p' /var/lib/mysql/grastate.dat)" \
  '{$decision, $options, $arguments, $safe}'`,
  },
  judge: each(({ said }) => {
    const { decision, options, arguments: given, safe } = JSON.parse(said) as Record<string, string>;
    return [
      ...unless(
        decision!.startsWith("join: "),
        `beside two living peers it would: ${decision || "say nothing"}`,
        "join",
        "replace the container: its start script is not the image's",
      ),
      ...unless(
        !/new[-_]cluster|pc\.bootstrap *= *(true|yes|1|on)/i.test(options!),
        `its configuration has ${options!.split("\n").join(", ")}`,
        "no bootstrap option that lasts longer than one start",
        "remove the option from the node's configuration",
      ),
      ...unless(
        !given!.includes("--wsrep-new-cluster"),
        `its container is started with ${given!.trim()}`,
        "no --wsrep-new-cluster",
        "remove the option from the container's command, and re-create it",
      ),
      ...unless(
        safe !== "1",
        "safe_to_bootstrap: 1 in grastate.dat of a node that runs",
        "0 while it runs",
        "set it to 0: a start after a crash would take it for the newest node",
      ),
    ];
  }),
};
