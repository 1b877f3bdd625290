import { type Duration, seconds } from "../../core/duration.ts";
import type { SchemaProblem } from "../../core/schema.ts";
import { clockLimits } from "../chrony/facts.ts";

/** The time that a database node's clock is compared with, and how far it may be off. */
export interface ClockSettings {
  /**
   * Addresses of the site's time hosts.
   * @default none: a node that starts doesn't ask for the time
   * @example ["10.1.0.11", "10.2.0.11"]
   */
  servers?: string[];
  /**
   * How far off the site's time is worth a word.
   * @default "100ms"
   * @example "50ms"
   */
  warning?: Duration;
  /**
   * How far off the site's time keeps a node from clients and from joining.
   * @default "1s"
   * @example "500ms"
   */
  critical?: Duration;
}

/** Who is kept from clients would not be told of before. */
export function clockProblems({
  warning = clockLimits.warning,
  critical = clockLimits.critical,
}: ClockSettings = {}): SchemaProblem[] {
  if (seconds(warning) <= seconds(critical)) return [];
  return [
    {
      path: ["clock", "warning"],
      given: `${seconds(warning)} s with ${seconds(critical)} s as critical`,
      expected: "that it warns before a node is kept from clients",
      mend: "lower the warning, or raise the critical limit",
    },
  ];
}

/**
 * The script that judges a node's clock, for Consul's check, for the entrypoint and for `health`:
 *
 * - `clock <client options> <database's time> <before> <after>`: what the running database says, in µs since 1970, asked by a
 *   process of the same host between `before` and `after`; the host's own offset is what its chrony says.
 * - `clock <client options>`: the clock that a process started here has, against the time hosts.
 *
 * Prints `<offset in seconds> <sentence>` and exits with 2 when the clock is wrong. Who can't be asked proves nothing: silence
 * is never a wrong clock. Nor is it wrong as long as another database agrees with this one: a time source that lies to
 * all must not take all of them away. `nodes`: addresses of all databases, this one included.
 */
export function clockScript({ servers = [], nodes, ...limits }: ClockSettings & { nodes: string[] }): string {
  const sources = servers.map((server) => `'server ${server} iburst maxsamples 1'`);
  return `#!/bin/bash
# All times are in microseconds. Ahead is positive.
credentials=$1
warning=${micro(limits.warning ?? clockLimits.warning)}
critical=${micro(limits.critical ?? clockLimits.critical)}

# The shell evaluates what stands in a sum, also a command in it: only whole numbers of no more than these digits get there.
is_number() { [[ $1 =~ ^-?(0|[1-9][0-9]{0,17})$ ]]; }
abs() { echo "\${1#-}"; }
seconds() { printf '%d.%03d' $(($1 / 1000000)) $(($1 % 1000000 / 1000)); }
ahead() { awk '{ printf "%.0f", -1000000 * $1 }' <<< "$1"; }
# As the process that is judged would see it (also under libfaketime, where the shell's own clock is another).
now() { date +%s%6N; }

# How far the host is ahead, by its chrony: field 5 is how far it is behind, the last one whether it is synchronised.
host_offset() {
  local fields
  fields=$(timeout 0.5 chronyc -h 127.0.0.1 -c tracking 2> /dev/null) || return
  [[ $fields == *,"Not synchronised" ]] || ahead "$(cut -d, -f5 <<< "$fields")"
}

# How far this process is ahead of the majority of the time hosts; nothing is set. chronyd tells how far it is behind.
site_offset() {
  local said
  said=$(${sources.length ? `timeout 5 chronyd -Q -t 3 ${sources.join(" ")} 2>&1` : "true"})
  [[ $said =~ wrong\\ by\\ (-?[0-9.]+)\\ seconds ]] && ahead "\${BASH_REMATCH[1]}"
}

# Whether a database elsewhere has the time that this one has: skew and doubt, both against this process.
agreed() {
  local peer before said after
  for peer in ${nodes.join(" ")}; do
    [[ " $(hostname -I) " != *" $peer "* ]] || continue
    before=$(now)
    said=$(timeout 0.6 mariadb --defaults-extra-file="$credentials" --host="$peer" --skip-ssl --connect-timeout=1 --skip-column-names --batch \\
      -e "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))" 2> /dev/null | head -c 100)
    after=$(now)
    is_number "$said" || continue
    [ "$(abs $((said - (before + after) / 2 - skew)))" -gt $((critical + (after - before) / 2 + doubt)) ] || return 0
  done
  return 1
}

skew=0
doubt=0
if [ $# -ge 4 ] && is_number "$2" && is_number "$3" && is_number "$4"; then
  skew=$(($2 - ($3 + $4) / 2))
  doubt=$((($4 - $3) / 2))
  host=$(host_offset)
else
  host=$(site_offset)
fi
is_number "$host" || host=
offset=$((skew + \${host:-0}))
off=$(abs "$offset")
where="clock $(seconds "$off") s ahead of the site's time"
told=$(seconds "$off")
if [ "$offset" -lt 0 ]; then
  where="\${where/ahead of/behind}"
  told=-$told
fi

if [ $((off - doubt)) -le $critical ]; then
  if [ -z "$host" ]; then echo "$told time source does not answer"
  elif [ $((off - doubt)) -gt $warning ]; then echo "$told $where"
  else echo "$told clock right"; fi
elif agreed; then
  echo "$told $where, but another database agrees with it"
else
  echo "$told $where"
  exit 2
fi
`;
}

/** In microseconds. */
export const micro = (duration: Duration): number => Math.round(seconds(duration) * 1_000_000);
