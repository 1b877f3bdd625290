import test from "ava";
import { clientConf, serverConf } from "../../../components/chrony/config.ts";
import { TimeService, type TimeServiceArgs } from "../../../components/chrony/index.ts";
import { UserError } from "../../../core/errors.ts";
import { host, three } from "../hosts.ts";
import { recordingMocks } from "../mocks.ts";

const mocks = await recordingMocks();
const servers = three("dns", 53);
const args: TimeServiceArgs = {
  hosts: [...servers, host("db1", "fd1", "198.18.1.11")],
  servers,
  image: "chrony:1",
  clients: ["198.18.1.0/24"],
};
const time = new TimeService("time", { ...args, controlClock: false });
test.before(() => mocks.settled());

test("a server follows its sources, else agrees with its peers", (t) => {
  t.is(
    serverConf({ clients: ["198.18.1.0/24"], peers: ["198.18.2.53"], upstream: ["ntp.example.org"] }),
    `server ntp.example.org iburst
server 198.18.2.53 iburst minpoll 2 maxpoll 4
local stratum 8 orphan
allow 198.18.1.0/24
driftfile /var/lib/chrony/drift
makestep 1.0 3
bindcmdaddress /run/chrony/chronyd.sock
bindcmdaddress 127.0.0.1
cmdport 323
`,
  );
});

test("without upstream no server follows another's jump", (t) => {
  const conf = serverConf({ clients: [], peers: ["198.18.2.53"], upstream: [] });
  t.true(conf.includes("local stratum 8 orphan\nmaxchange 1 3 -1\n"));
});

test("a client follows all servers and serves nobody", (t) => {
  t.is(
    clientConf(["198.18.1.53", "198.18.2.53"]),
    `server 198.18.1.53 iburst minpoll 2 maxpoll 4
server 198.18.2.53 iburst minpoll 2 maxpoll 4
port 0
driftfile /var/lib/chrony/drift
makestep 1.0 3
bindcmdaddress /run/chrony/chronyd.sock
bindcmdaddress 127.0.0.1
cmdport 323
`,
  );
});

test("every host has one; servers one after the other, clients after them", (t) => {
  t.deepEqual(
    time.services.map(({ host }) => host),
    ["dns1", "dns2", "dns3", "db1"],
  );
  t.true(mocks.before("dns1-chrony", "dns2-chrony"));
  t.true(mocks.before("dns3-chrony", "db1-chrony"));
});

test("the clock is set only with leave to do so", async (t) => {
  t.deepEqual(mocks.inputs("db1-chrony").command, ["-x"]);
  t.false(mocks.inputs("db1-chrony").capabilities.adds.includes("SYS_TIME"));
  new TimeService("real", {
    ...args,
    hosts: [host("real1", "fd1", "10.0.1.1")],
    servers: [host("real1", "fd1", "10.0.1.1")],
  });
  await mocks.settled();
  t.deepEqual(mocks.inputs("real1-chrony").command, []);
  t.deepEqual(mocks.inputs("real1-chrony").capabilities, {
    drops: ["ALL"],
    adds: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_TIME"],
  });
  t.deepEqual(mocks.inputs("real1-chrony").securityOpts, ["no-new-privileges:true"]);
});

test("refused", (t) => {
  t.throws(() => new TimeService("time", { ...args, servers: [] }), {
    instanceOf: UserError,
    message: 'TimeService "time" has servers []; expected one host at least: correct it.',
  });
  t.throws(() => new TimeService("time", { ...args, servers: [host("ntp9", "fd1", "198.18.1.9")] }), {
    instanceOf: UserError,
    message: /^TimeService "time" has servers\[0\] "ntp9"; expected one of the hosts: .*: add it to the hosts\.$/,
  });
});
