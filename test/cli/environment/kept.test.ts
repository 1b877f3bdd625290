import test from "ava";
import { keptOf, keptText } from "../../../cli/environment/kept.ts";

const volume = (host: string, service: string) => ({
  Name: `trivet-t-${host}-${service}-data`,
  Labels: { "io.trivet.environment": "t", "io.trivet.host": host, "io.trivet.service": service },
});

test("kept is the data of a database node that is no more, and nothing else", (t) => {
  const volumes = [
    volume("db1", "galera"),
    volume("db4", "galera"),
    volume("db4", "consul-agent"),
    { Name: "somebody's", Labels: null },
  ];
  t.deepEqual(keptOf(volumes, ["db1", "db2", "db3"]), [{ host: "db4", name: "trivet-t-db4-galera-data" }]);
});

test("what is told of it, and how to be rid of it", (t) => {
  const name = "trivet-t-db4-galera-data";
  t.is(
    keptText("t", [{ host: "db4", name, endpoint: "unix:///run/x" }]),
    "Kept: the data of db4, no database node any more (volume trivet-t-db4-galera-data on unix:///run/x). " +
      "Taken up again when it comes back; removed with: trivet forget t db4",
  );
  t.true(keptText("t", [{ host: "db4", name, endpoint: "ssh://a@b" }]).endsWith(" db4 --endpoint ssh://a@b"));
});
