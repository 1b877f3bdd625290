import { galera } from "../../../components/galera/facts.ts";
import { each, pairs, type Rule, running, unless, variables } from "../rule.ts";

/** Ways to write that end in an fsync of what was written. */
const SAFE_METHODS = ["fsync", "O_DSYNC", "O_DIRECT"];

export const durableCommits: Rule = {
  name: "durable-commits",
  title: "a commit is on the disk of each database node before it is acknowledged",
  of: running(galera.name),
  ask: variables("innodb_flush_log_at_trx_commit", "innodb_doublewrite", "innodb_flush_method"),
  judge: each(({ said }) => {
    const {
      innodb_flush_log_at_trx_commit: flush,
      innodb_doublewrite: doublewrite,
      innodb_flush_method: method,
    } = pairs(said);
    return [
      ...unless(
        flush === "1",
        `innodb_flush_log_at_trx_commit = ${flush}`,
        "1: anything else loses acknowledged writes when all nodes lose power at once",
        "SET GLOBAL innodb_flush_log_at_trx_commit = 1, and remove what sets it in the node's configuration",
      ),
      ...unless(
        doublewrite === "ON",
        `innodb_doublewrite = ${doublewrite}`,
        "ON: a half written page can't be mended otherwise",
        "remove innodb_doublewrite from the node's configuration, and restart it",
      ),
      ...unless(
        SAFE_METHODS.includes(method ?? ""),
        `innodb_flush_method = ${method}`,
        `one of ${SAFE_METHODS.join(", ")}`,
        "remove innodb_flush_method from the node's configuration, and restart it",
      ),
    ];
  }),
};
