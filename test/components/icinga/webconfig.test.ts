import test from "ava";
import { webConfig } from "../../../components/icinga/webconfig.ts";

const database = { host: "galeradb.service.consul", name: "icingaweb", user: "web", password: 'a"b\\c' };
const args = {
  database,
  backendDatabase: { ...database, name: "icingadb" },
  masters: [
    { name: "mon1", address: "198.18.1.31" },
    { name: "mon2", address: "198.18.2.31" },
  ],
  redisPassword: "redis-pw",
  api: { user: "trivet", password: "api-pw" },
  administrator: "admin",
};

const transports = `[mon1]
transport = "api"
host = "198.18.1.31"
port = "5665"
username = "trivet"
password = "api-pw"

[mon2]
transport = "api"
host = "198.18.2.31"
port = "5665"
username = "trivet"
password = "api-pw"
`;

const resource = (section: string, name: string, charset = "utf8mb4") => `[${section}]
type = "db"
db = "mysql"
host = "galeradb.service.consul"
port = "3306"
dbname = "${name}"
username = "web"
password = "a\\"b\\\\c"
charset = "${charset}"
`;

const own = {
  "config.ini": `[global]
show_stacktraces = "0"
show_application_state_messages = "1"
config_backend = "db"
config_resource = "icingaweb"
module_path = "/usr/share/icingaweb2/modules"

[logging]
log = "php"
level = "ERROR"
`,
  "authentication.ini": '[icingaweb]\nbackend = "db"\nresource = "icingaweb"\n',
  "groups.ini": '[icingaweb]\nbackend = "db"\nresource = "icingaweb"\n',
  "roles.ini": '[Administrators]\nusers = "admin"\npermissions = "*"\n',
};

test("Icinga DB: both Redis, commands to both masters", (t) => {
  t.deepEqual(webConfig({ ...args, backend: "icingadb" }), {
    ...own,
    "resources.ini": `${resource("icingaweb", "icingaweb")}\n${resource("icingadb", "icingadb")}`,
    "modules/icingadb/config.ini": '[icingadb]\nresource = "icingadb"\n',
    "modules/icingadb/redis.ini": `[redis1]
host = "198.18.1.31"
port = "6380"
password = "redis-pw"

[redis2]
host = "198.18.2.31"
port = "6380"
password = "redis-pw"
`,
    "modules/icingadb/commandtransports.ini": transports,
  });
});

// Icinga writes the bytes of UTF-8 and calls them latin1: any other charset here garbles each name outside ASCII.
test("IDO: the monitoring module instead", (t) => {
  t.deepEqual(webConfig({ ...args, backend: "ido", backendDatabase: { ...database, name: "ido" } }), {
    ...own,
    "resources.ini": `${resource("icingaweb", "icingaweb")}\n${resource("ido", "ido", "latin1")}`,
    "modules/monitoring/config.ini": '[security]\nprotected_customvars = "*pw*,*pass*,community"\n',
    "modules/monitoring/backends.ini": '[icinga]\ntype = "ido"\nresource = "ido"\n',
    "modules/monitoring/commandtransports.ini": transports,
  });
});
