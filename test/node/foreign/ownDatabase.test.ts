import test from "ava";
import { readClients, readDatabaseState, readReplication } from "../../../node/foreign/ownDatabase.ts";

/** Its own database may be of another version, or half started: what is of another form is no answer. */
const uuid = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const replication = {
  wsrep_cluster_status: "Primary",
  wsrep_cluster_state_uuid: uuid,
  wsrep_last_committed: "42",
  wsrep_local_state: "4",
  wsrep_cluster_size: "3",
  wsrep_ready: "ON",
  idle: "0",
};
const look = { status: "primary", uuid, lastCommitted: 42, localState: 4, size: 3, ready: true, idle: false };

test("how it replicates", (t) => {
  t.deepEqual(readReplication(replication), look as never);
  t.like(readReplication({ ...replication, wsrep_cluster_status: "non-Primary", wsrep_ready: "OFF", idle: "1" }), {
    status: "nonprimary",
    ready: false,
    idle: true,
  });
  // Nobody applies anything, nothing was committed, and no cluster is known yet.
  t.like(readReplication({ ...replication, idle: null, wsrep_last_committed: "-1", wsrep_cluster_state_uuid: "" }), {
    idle: false,
    lastCommitted: -1,
    uuid: "00000000-0000-0000-0000-000000000000",
  });
});

test("what is of another form is no answer", (t) => {
  for (const strange of [
    undefined,
    null,
    [],
    "x",
    {},
    ...Object.keys(replication).map((name) => ({ ...replication, [name]: "x[$(id)]" })),
  ]) {
    const read = readReplication(strange);
    // Of a cluster without a proper name nothing is known but that.
    if (read) t.is(read.uuid, "00000000-0000-0000-0000-000000000000");
  }
  t.is(readReplication({ ...replication, wsrep_cluster_status: "primary" }), undefined);
  t.is(readReplication({ ...replication, wsrep_last_committed: "99999999999999999" }), undefined);
  t.is(readReplication({ ...replication, wsrep_cluster_size: null }), undefined);
});

test("clients", (t) => {
  t.deepEqual(readClients([]), { idle: [], busy: 0 });
  t.deepEqual(
    readClients([
      { id: "7", doing: "idle" },
      { id: "8", doing: "busy" },
      { id: "9", doing: "idle" },
    ]),
    { idle: [7, 9], busy: 1 },
  );
  for (const id of ["", "-1", "1; DROP", "1e3", "0x1", null, 7]) t.is(readClients([{ id, doing: "idle" }]), undefined);
});

test("its state, and its time to the microsecond", (t) => {
  const row = {
    wsrep_cluster_status: "Primary",
    wsrep_local_state: "2",
    wsrep_local_state_comment: "Donor/Desynced",
    wsrep_ready: "ON",
    wsrep_cluster_size: "3",
    wsrep_cluster_state_uuid: uuid,
    read_only: "0",
    time: "1795000000123456",
  };
  t.deepEqual(readDatabaseState(row), {
    clusterStatus: "Primary",
    localState: 2,
    localStateComment: "Donor/Desynced",
    ready: true,
    clusterSize: 3,
    clusterUuid: uuid,
    readOnly: false,
    time: 1_795_000_000_123_456,
  });
  for (const [value, is] of [
    ["0", false],
    ["OFF", false],
    ["1", true],
    ["ON", true],
    ["NO_LOCK", true],
  ] as const) {
    t.is(readDatabaseState({ ...row, read_only: value })?.readOnly, is);
  }
  t.is(readDatabaseState({ ...row, time: "a[0]" }), undefined);
  t.is(readDatabaseState({ ...row, wsrep_local_state: null }), undefined);
});
