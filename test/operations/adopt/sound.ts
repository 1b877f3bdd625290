import { factsOf } from "../../../operations/adopt/facts.ts";
import type { Wanted } from "../../../operations/adopt/index.ts";

const uuid = "5c6f1e0a-0001-11f1-8001-000000000001";

/** What a member of a cluster says that can be taken over, row by row; `change` replaces or adds rows by their first two columns. */
export function rows(name: string, change: readonly string[][] = []): string[][] {
  const sound = [
    ["variable", "binlog_format", "ROW"],
    ["variable", "event_scheduler", "OFF"],
    ["variable", "innodb_data_file_path", "ibdata1:12M:autoextend"],
    ["variable", "innodb_page_size", "16384"],
    ["variable", "lower_case_table_names", "0"],
    ["variable", "port", "3306"],
    ["variable", "version", "11.8.6-MariaDB-0+deb13u1 from Debian"],
    ["variable", "wsrep_cluster_name", "icinga-galera"],
    ["variable", "wsrep_mode", ""],
    ["variable", "wsrep_node_name", name],
    ["variable", "wsrep_on", "ON"],
    [
      "variable",
      "wsrep_provider_options",
      "base_port = 4567; gmcast.segment = 0; socket.ssl = NO; socket.checksum = 2; ",
    ],
    ["variable", "wsrep_sst_auth", "********"],
    ["variable", "wsrep_sst_method", "mariabackup"],
    ["status", "wsrep_cluster_size", "3"],
    ["status", "wsrep_cluster_state_uuid", uuid],
    ["status", "wsrep_cluster_status", "Primary"],
    ["status", "wsrep_local_state", "4"],
    // As Debian's library tells it; MariaDB's own packages say 26.4.23.
    ["status", "wsrep_provider_version", "4.23(rXXXX)"],
    ["status", "slaves_running", "0"],
    ["schema", "shop"],
    ["user", "root", "localhost", "mysql_native_password", "1"],
    ["user", "mysql", "localhost", "mysql_native_password", "1"],
    ["user", "shop", "%", "mysql_native_password", "0"],
    ["root", "SUPER"],
    ["root", "CREATE USER"],
    ["root", "RELOAD"],
    ["events", "0"],
    ["replicas", "0"],
  ];
  const isChanged = ([what, which, ...rest]: string[]) =>
    change.some(([first, second]) => first === what && (second === which || rest.length === 0) && what !== "root");
  return [...sound.filter((row) => !isChanged(row)), ...change.filter((row) => row.length > 2 || row[0] !== "user")];
}

export const members = ["old1", "old2", "old3"].map((name, index) => ({ name, address: `10.${index + 1}.0.5` }));

/** All three; the first one is changed. */
export const cluster = (change: readonly string[][] = [], programs?: readonly string[]) =>
  members.map((member, index) => factsOf(member, rows(member.name, index === 0 ? change : []), programs));

export const wanted: Wanted = {
  clusterName: "icinga-galera",
  version: "11.8.6",
  sstMethod: "mariabackup",
  schemas: ["trivet", "icinga"],
  users: [
    { user: "trivet_monitor", host: "%" },
    { user: "icinga", host: "%" },
  ],
  joined: 0,
  introduced: false,
};
