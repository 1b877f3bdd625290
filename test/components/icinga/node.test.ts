import test from "ava";
import {
  apiConf,
  apiUserConf,
  constantsConf,
  icingadbConf,
  idoConf,
  zonesConf,
} from "../../../components/icinga/node.ts";
import { topology } from "./site.ts";

test("a satellite knows the masters, itself and its agents", (t) => {
  t.is(
    zonesConf(topology, "sat3"),
    `object Endpoint "mon1" {
  host = "198.18.1.31"
  port = "5665"
}
object Endpoint "mon2" {
  host = "198.18.2.31"
  port = "5665"
}
object Zone "master" {
  endpoints = [ "mon1", "mon2" ]
}

object Endpoint "sat3" { }
object Zone "fd3" {
  endpoints = [ "sat3" ]
  parent = "master"
}

object Endpoint "app3" {
  host = "198.18.3.51"
  port = "5665"
}
object Zone "app3" {
  endpoints = [ "app3" ]
  parent = "fd3"
}

object Zone "global-templates" {
  global = true
}
`,
  );
});

test("an agent knows its satellite and itself, and needs nothing else", (t) => {
  t.is(
    zonesConf(topology, "app3"),
    `object Endpoint "sat3" {
  host = "198.18.3.41"
  port = "5665"
}
object Zone "fd3" {
  endpoints = [ "sat3" ]
}

object Endpoint "app3" { }
object Zone "app3" {
  endpoints = [ "app3" ]
  parent = "fd3"
}
`,
  );
});

test("a master knows every zone", (t) => {
  const zones = zonesConf(topology, "mon2").match(/^object Zone ".*"/gm);
  t.deepEqual(
    zones,
    ["master", "fd1", "fd3", "app2", "app3", "global-templates"].map((name) => `object Zone "${name}"`),
  );
});

test("constants", (t) => {
  t.is(
    constantsConf("sat3", "fd3"),
    `const NodeName = "sat3"
const ZoneName = "fd3"
const PluginDir = "/usr/lib/nagios/plugins"
const TicketSalt = ""
`,
  );
});

test("the listener takes configuration and commands from its parents", (t) => {
  t.is(
    apiConf(),
    `object ApiListener "api" {
  bind_host = "0.0.0.0"
  bind_port = "5665"
  accept_config = true
  accept_commands = true
}
`,
  );
});

test("a password is taken as it is, whatever is in it", (t) => {
  const conf = apiUserConf({ name: "trivet", password: 'a"b\\c$d$' }, "commands");
  t.true(conf.includes('\n  password = "a\\"b\\\\c$d$"\n'));
});

test("who only asks can change nothing", (t) => {
  const conf = apiUserConf({ name: "trivet-asks", password: "p" }, "questions");
  t.true(conf.includes('permissions = [ "objects/query/*", "status/query" ]'));
});

test("Icinga DB: the Redis on the same host", (t) => {
  t.is(
    icingadbConf("pw"),
    `object IcingaDB "icingadb" {
  host = "127.0.0.1"
  port = 6380
  password = "pw"
}
`,
  );
});

test("IDO: by the name of the database, with failover", (t) => {
  t.is(
    idoConf({ host: "galeradb.service.consul", name: "ido", user: "icinga", password: "pw" }),
    `library "db_ido_mysql"
object IdoMysqlConnection "ido-mysql" {
  host = "galeradb.service.consul"
  port = 3306
  database = "ido"
  user = "icinga"
  password = "pw"
  enable_ha = true
  failover_timeout = 30s
}
`,
  );
});

test("IDO: what is older than history is kept goes, of every table of the past", (t) => {
  const conf = idoConf({ host: "db", name: "ido", user: "icinga", password: "pw" }, { history: "400d", sla: "800d" });
  t.regex(conf, /\n {2}cleanup = \{\n( {4}\w+_age = 400d\n){15} {2}\}\n\}\n$/);
  for (const table of ["statehistory", "notifications", "logentries", "downtimehistory"])
    t.regex(conf, new RegExp(` ${table}_age = 400d\n`));
  t.notRegex(idoConf({ host: "db", name: "ido", user: "icinga", password: "pw" }, { history: "forever" }), /cleanup/);
});
