import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "ava";
import { createCommand, type RecordedContainer } from "../../../operations/export/container.ts";
import { exported } from "../../../operations/export/index.ts";

const container: RecordedContainer = {
  name: "trivet-x-db1-galera",
  image: "trivet/galera:1",
  host: "db1",
  service: "galera",
  inputs: {
    __defaults: [],
    name: "trivet-x-db1-galera",
    image: "sha256:1",
    command: ["run", "it's"],
    networkMode: "host",
    restart: "unless-stopped",
    labels: [{ label: "io.trivet.host", value: "db1" }],
    capabilities: { adds: ["SYS_NICE"] },
    volumes: [{ volumeName: "trivet-x-db1-galera-data", containerPath: "/var/lib/mysql" }],
    logDriver: "json-file",
    logOpts: { "max-size": "10m" },
    stopTimeout: 60,
    memory: 512,
    mustRun: true,
    privileged: false,
    dns: [],
    gpus: "all",
  },
  files: [
    { path: "/etc/galera/my.cnf", content: "[mysqld]\n", mode: "0644", secret: false },
    { path: "/etc/galera/root password", content: "s3cret", mode: "0640", secret: true },
  ],
};

test("a container as docker create makes it; what that has no option for is named", (t) => {
  const { create, connect, left } = createCommand(container);
  t.is(
    create.join(" "),
    "create --name trivet-x-db1-galera --restart unless-stopped --label io.trivet.host=db1 --cap-add SYS_NICE " +
      "--volume trivet-x-db1-galera-data:/var/lib/mysql --log-driver json-file --log-opt max-size=10m --stop-timeout 60 --memory 512m " +
      "--network host trivet/galera:1 run it's",
  );
  t.deepEqual(connect, []);
  t.deepEqual(left, ["gpus"]);
});

test("entrypoints, ports, and a lab's networks", (t) => {
  const { create, connect } = createCommand({
    ...container,
    inputs: {
      entrypoints: ["/bin/sh", "-c"],
      command: ["true"],
      ports: [{ internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" }],
      networksAdvanced: [
        { name: "n1", ipv4Address: "10.1.0.2" },
        { name: "n2", ipv4Address: "10.2.0.2" },
      ],
    },
  });
  t.is(
    create.slice(3).join(" "),
    "--publish 127.0.0.1:8080:80/tcp --network n1 --ip 10.1.0.2 --entrypoint /bin/sh trivet/galera:1 -c true",
  );
  t.deepEqual(connect, [["network", "connect", "--ip", "10.2.0.2", "n2", container.name]]);
});

test("secrets are files of mode 0600, and named; no other file has what they hold", (t) => {
  const files = exported({ environment: "x", containers: [container], networks: [] });
  t.deepEqual(
    files.map(({ path, mode }) => `${path} ${mode.toString(8)}`),
    [
      "README.md 644",
      "db1/start 700",
      "db1/galera/start 700",
      "db1/galera/files/etc/galera/my.cnf 644",
      "db1/galera/files/etc/galera/root password 600",
    ],
  );
  t.is(files.filter(({ content }) => content.includes("s3cret")).length, 1);
  const readme = String(files[0]!.content);
  t.true(readme.includes("- `db1/galera/files/etc/galera/root password`"));
  t.true(readme.includes("- `db1/galera`: `gpus`"));
});

test("the script, run: the files arrive with their modes and owner, folders are left as they are, then it starts", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-export-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const { path, content, mode } of exported({ environment: "x", containers: [container], networks: [] })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
  // Stands for docker: writes down what it is told, and what it is given.
  const docker = join(folder, "bin/docker");
  mkdirSync(dirname(docker));
  writeFileSync(
    docker,
    `#!/bin/sh\necho "$*" >> ${folder}/told\n[ "$1" != cp ] || tar -tvf - --numeric-owner >> ${folder}/told\n`,
  );
  chmodSync(docker, 0o755);
  execFileSync(join(folder, "db1/start"), { env: { PATH: `${dirname(docker)}:${process.env.PATH}` } });
  const told = readFileSync(join(folder, "told"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ +\d+ \d{4}-\d\d-\d\d \d\d:\d\d /, " "));
  t.deepEqual(told, [
    createCommand(container).create.join(" "),
    `cp - ${container.name}:/`,
    "-rw-r--r-- 0/0 etc/galera/my.cnf",
    "-rw-r----- 0/0 etc/galera/root password",
    `start ${container.name}`,
  ]);
});
