import { type Duration, seconds } from "../../core/duration.ts";
import { type Percent, percent } from "../../core/percent.ts";
import { clockLimits } from "../chrony/facts.ts";
import { diskLimits } from "../galera/facts.ts";
import type { Value } from "./dsl.ts";
import { apiPort } from "./facts.ts";
import type { Check, WatchedHost } from "./watched.ts";

/** Client options for `mysql` checks, a group for each credential; see `credentialsCnf`. */
export const credentialsFile = "/etc/icinga2/credentials.cnf";

/** The group of a credential in `credentialsFile`. */
export const credentialGroup = (name: string): string => `credential_${name}`;

/**
 * The command of Icinga's template library that performs a check, and its custom variables. Default limits are the ones
 * that `Check` promises.
 */
export function checkCommand(
  host: WatchedHost,
  check: Check,
): { command: string; vars: Record<string, Value | undefined> } {
  switch (check.kind) {
    case "ping":
      return {
        // check_icmp sends its packets in half a second, check_ping one a second.
        command: "icmp",
        vars: {
          icmp_wrta: milliseconds(check.warning?.rtt ?? "100ms"),
          icmp_wpl: percent(check.warning?.loss ?? "5%"),
          icmp_crta: milliseconds(check.critical?.rtt ?? "200ms"),
          icmp_cpl: percent(check.critical?.loss ?? "15%"),
        },
      };
    case "ssh":
      return { command: "ssh", vars: { ssh_port: check.port } };
    case "http":
      return {
        command: "http",
        vars: {
          http_port: check.port,
          http_uri: check.uri,
          http_vhost: check.vhost,
          http_header: check.header && [check.header],
          http_ssl: check.ssl,
          http_string: check.string,
          http_warn_time: seconds(check.warning ?? "1s"),
          http_critical_time: seconds(check.critical ?? "5s"),
        },
      };
    case "dns":
      return {
        command: "dns",
        vars: {
          dns_lookup: check.lookup,
          dns_server: check.server ?? host.address,
          dns_expected_answers: check.expected,
          dns_all_expected: check.expected && true,
          dns_wtime: seconds(check.warning ?? "500ms"),
          dns_ctime: seconds(check.critical ?? "2s"),
        },
      };
    case "mysql":
      return {
        command: "mysql",
        vars: {
          mysql_port: check.port,
          mysql_database: check.database,
          // By file, since a command line shows in the process list, in Icinga's own log and in its database.
          mysql_file: credentialsFile,
          mysql_group: credentialGroup(check.credential ?? "monitor"),
        },
      };
    case "capacity":
      return {
        command: "mysql_query",
        vars: {
          mysql_query_port: check.port,
          mysql_query_file: credentialsFile,
          mysql_query_group: credentialGroup("monitor"),
          // The function that every node of components/galera has.
          mysql_query_execute: "SELECT trivet.disk_used()",
          // The plugin alerts above a limit, and the limit itself counts.
          mysql_query_warning: below(check.warning ?? `${diskLimits.warning}%`),
          mysql_query_critical: below(check.critical ?? `${diskLimits.full}%`),
        },
      };
    case "disk":
      return {
        // The library's command as the image has it, with a time-out of its own: images/icinga/icinga2.conf.
        command: "trivet-disk",
        vars: {
          disk_partition: check.path ?? "/",
          disk_wfree: check.warning ?? "20%",
          disk_cfree: check.critical ?? "5%",
          // The library leaves overlay file systems out, which "/" of a container is.
          disk_exclude_type: [],
        },
      };
    case "load": {
      const warning = check.warning ?? [3, 2, 1.5];
      const critical = check.critical ?? [6, 4, 3];
      return {
        command: "trivet-load",
        vars: {
          load_percpu: true,
          load_wload1: warning[0],
          load_wload5: warning[1],
          load_wload15: warning[2],
          load_cload1: critical[0],
          load_cload5: critical[1],
          load_cload15: critical[2],
        },
      };
    }
    case "ntp":
      return {
        command: "ntp_time",
        vars: {
          ntp_address: check.server,
          ntp_warning: seconds(check.warning ?? clockLimits.warning),
          ntp_critical: seconds(check.critical ?? clockLimits.critical),
        },
      };
    case "icinga":
      return {
        // A full answer over TLS, which a process that was stopped can't give; who asks without a password is turned away.
        command: "http",
        vars: { http_port: apiPort, http_ssl: true, http_uri: "/v1", http_expect: "HTTP/1.1 401" },
      };
    case "notifications":
      // images/icinga/icinga2.conf
      return { command: "trivet-notifications", vars: {} };
  }
}

const milliseconds = (duration: Duration): number => Math.round(seconds(duration) * 1e6) / 1e3;
const below = (share: Percent): number => Math.round(percent(share) * 10 - 1) / 10;
