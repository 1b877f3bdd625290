import test from "ava";
import { listeningSocket } from "../../../cli/setup/listener.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41735 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0050 0100007F:1F9A 01 00000000:00000000 00:00000000 00000000     0        0 41800 1 0000000000000000 20 4 30 10 -1
`;

test("the socket that listens on a port", (t) => {
  t.is(listeningSocket(table, 8080), "41735");
});

test("a connection is no listener, and neither is its other end", (t) => {
  t.is(listeningSocket(table, 80), undefined);
  t.is(listeningSocket(table, 8090), undefined);
});
