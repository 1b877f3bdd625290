import { parse } from "yaml";
import { icingaDb } from "../../../components/icinga/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** Icinga DB's own default: its reads, updates and inserts wait for what was written through other nodes. */
const DEFAULT = 7;

/** No table of MariaDB shows another session's variables, so the file is read that the running daemon was started with. */
export const syncWait: Rule = {
  name: "sync-wait",
  title: "Icinga DB sees what was written through another database node",
  of: running(icingaDb.name),
  ask: {
    script: `
for process in /proc/[0-9]*; do
  mapfile -d '' -t arguments < "$process/cmdline" 2> /dev/null || continue
  [ "\${arguments[0]##*/}" = icingadb ] || continue
  for ((n = 1; n < \${#arguments[@]}; n++)); do
    case \${arguments[n]} in
    --config | -c) cat "\${arguments[n + 1]}"; exit ;;
    --config=*) cat "\${arguments[n]#*=}"; exit ;;
    esac
  done
done
echo "icingadb does not run" >&2
exit 1`,
  },
  judge: each(({ said }) => {
    const { database } = parse(said) as { database?: { options?: { wsrep_sync_wait?: number } } };
    const value = database?.options?.wsrep_sync_wait ?? DEFAULT;
    return unless(
      value === DEFAULT,
      `database.options.wsrep_sync_wait: ${value}`,
      `${DEFAULT}, its default: after a change of node it reads what it has just written`,
      "remove the option from icingadb's config.yml, and restart it",
    );
  }),
};
