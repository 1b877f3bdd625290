import { docker } from "../../../cli/setup/docker.ts";
import { imageTag } from "../../../images/index.ts";

/** A Galera cluster as somebody made it by hand from Debian's packages: nothing of Trivet's runs in it but the image's packages. */
export const ADMIN = { user: "dba", password: "it's theirs" };
export const APP = { user: "shop", password: "shop" };
export const CLUSTER = "handmade";

/** Its socket, its data and its accounts are elsewhere than Trivet's. */
const conf = (name: string, address: string, all: readonly string[]) => `[client-server]
socket = /srv/mysql/s.sock
[mariadbd]
bind_address = 0.0.0.0
datadir = /srv/mysql/data
binlog_format = ROW
innodb_autoinc_lock_mode = 2
innodb_buffer_pool_size = 64M
# Nobody answers names here, and each client would wait for that.
skip_name_resolve = ON
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_cluster_name = ${CLUSTER}
wsrep_cluster_address = gcomm://${all.join(",")}
wsrep_node_name = ${name}
wsrep_node_address = ${address}
wsrep_sst_method = mariabackup
wsrep_sst_auth = sst:sst
`;

const script = `
rm -f /etc/mysql/mariadb.conf.d/9*-trivet.cnf
if [ -e /usr/bin/wsrep_sst_mariabackup.distrib ]; then
  # The package's own script, as it is in the package.
  mv /usr/bin/wsrep_sst_mariabackup.distrib /usr/bin/wsrep_sst_mariabackup
  sed -i 's/^\\( *\\)sleep 0$/\\1sleep 10/' /usr/bin/wsrep_sst_mariabackup
fi
install -d -o mysql -g mysql /srv/mysql /run/mysqld
echo "$CONF" > /etc/mysql/mariadb.conf.d/99-hand.cnf
if [ -n "$FIRST" ] && [ ! -d /srv/mysql/data ]; then
  mariadb-install-db --user=mysql --datadir=/srv/mysql/data --skip-test-db --auth-root-authentication-method=socket > /dev/null
  echo "$INIT" > /tmp/init.sql
  exec mariadbd --user=mysql --wsrep-new-cluster --init-file=/tmp/init.sql
fi
install -d -o mysql -g mysql /srv/mysql/data
exec mariadbd --user=mysql
`;

const init = `CREATE USER IF NOT EXISTS '${ADMIN.user}'@'%' IDENTIFIED BY 'it''s theirs';
GRANT ALL ON *.* TO '${ADMIN.user}'@'%' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS 'sst'@'localhost' IDENTIFIED BY 'sst';
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.* TO 'sst'@'localhost';
CREATE DATABASE IF NOT EXISTS shop;
CREATE USER IF NOT EXISTS '${APP.user}'@'%' IDENTIFIED BY '${APP.password}';
GRANT ALL ON shop.* TO '${APP.user}'@'%';
CREATE TABLE IF NOT EXISTS shop.writes (id INT PRIMARY KEY, at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6)) ENGINE = InnoDB;
CREATE TABLE IF NOT EXISTS shop.stock (id INT PRIMARY KEY, filler CHAR(200)) ENGINE = InnoDB;
INSERT IGNORE INTO shop.stock SELECT seq, REPEAT('x', 200) FROM shop.seq_1_to_20000;
`;

export interface Place {
  name: string;
  address: string;
}

/** Starts one member; the first one makes the cluster. */
export async function startMember(
  { name, address }: Place,
  {
    all,
    network,
    cgroup,
    labels,
    first,
  }: { all: readonly Place[]; network: string; cgroup?: string; labels: Record<string, string>; first: boolean },
): Promise<void> {
  const container = await docker.createContainer({
    name: `trivet-adoptlab-${name}`,
    Image: imageTag("galera"),
    Entrypoint: ["bash", "-c", script],
    Env: [
      `CONF=${conf(
        name,
        address,
        all.map((place) => place.address),
      )}`,
      `INIT=${init}`,
      `FIRST=${first ? "yes" : ""}`,
    ],
    Labels: labels,
    StopTimeout: 60,
    HostConfig: { NetworkMode: network, CgroupParent: cgroup },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  await container.start();
}
