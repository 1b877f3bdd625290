// Any printable password, through every place that writes one: what reads it there has the same again, or it is refused beforehand.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { parse } from "yaml";
import { curlConfig } from "../../checks/observers/icinga.ts";
import { clientConf, databasesSql } from "../../components/galera/config.ts";
import { retireSql, userSql } from "../../components/galera/passwords.ts";
import { clientCnf, credentialsCnf } from "../../components/icinga/credentials.ts";
import { icingadbYml } from "../../components/icinga/icingadb.ts";
import { apiUserConf, icingadbConf, idoConf } from "../../components/icinga/node.ts";
import { recipientsJson } from "../../components/icinga/recipients.ts";
import { iniPasswordProblem, webConfig } from "../../components/icinga/webconfig.ts";
import { givenPassword } from "../../components/secret.ts";
import { passwordProblem } from "../../core/password.ts";
import { secretInput } from "../../core/schema.ts";
import { nasty } from "./nasty.ts";
import { readByAdministrator, readByClients, readByConnector, readByIcingaWeb, readDsl, readSql } from "./readers.ts";

const database = (password: string) => ({ host: "db", name: "d", user: "u", password });

/** Each place, as what reads it there reads it. */
const places: Record<string, (password: string) => unknown[]> = {
  "client options of health, ask-peer, clock, Consul's checks and the supervisor": (password) => [
    readByClients(clientConf({ user: "u", password }), "client", "password"),
  ],
  "client options of what waits for a schema": (password) => [
    readByClients(clientCnf(database(password)), "client", "password"),
  ],
  "options of Icinga's mysql checks": (password) => {
    const file = credentialsCnf({ other: { user: "o", password: "other" }, monitor: { user: "u", password } });
    return [
      readByConnector(file, "credential_monitor", "password"),
      readByClients(file, "credential_monitor", "password"),
    ];
  },
  "the database's users": (password) => [
    ...userSql({ user: "u", password }).flatMap((statement) =>
      statement.includes("PASSWORD(")
        ? [readSql(statement, "@former = PASSWORD("), readSql(statement, "QUOTE(PASSWORD(")]
        : statement.includes("IDENTIFIED BY")
          ? [readSql(statement, "IDENTIFIED BY ")]
          : [],
    ),
    readSql(retireSql([{ user: "u", password }]), "IDENTIFIED BY "),
    readSql(
      databasesSql(
        [],
        { user: "m", password },
        { user: "s", password: "s" },
        { warning: 80, full: 95, low: 90 } as never,
        ["10.0.0.1"],
      ),
      "CREATE USER IF NOT EXISTS 'm'@'%' IDENTIFIED BY ",
    ),
  ],
  "Icinga's API user": (password) => [readDsl(apiUserConf({ name: "trivet", password }, "commands"), "password")],
  "Icinga's IDO and Icinga DB": (password) => [
    readDsl(idoConf(database(password)), "password"),
    readDsl(icingadbConf(password), "password"),
  ],
  "Icinga DB's daemon": (password) => {
    const text = icingadbYml(database(password), password);
    const { database: own, redis } = parse(text);
    return [own.password, redis.password, JSON.parse(text).database.password];
  },
  "recipients of notifications": (password) => {
    const text = recipientsJson(
      [{ name: "r", mail: { to: "a@b.example", from: "c@d.example", server: "m", user: "u", password } } as never],
      "30s",
    );
    return [JSON.stringify(JSON.parse(text)).includes(JSON.stringify(password).slice(1, -1)) ? password : undefined];
  },
};

for (const [place, read] of Object.entries(places)) {
  test(place, (t) => {
    for (const password of nasty) for (const again of read(password)) t.is(again, password);
  });
}

test("Icinga Web's resources and command transports, or a refusal that says why", (t) => {
  const refused: string[] = [];
  for (const password of nasty) {
    const files = webConfig({
      backend: "ido",
      database: database(password),
      backendDatabase: database(password),
      masters: [{ name: "mon1", address: "10.0.0.1" }],
      redisPassword: "",
      api: { user: "trivet", password },
      administrator: "admin",
    });
    const [resources, transports] = [files["resources.ini"]!, files["modules/monitoring/commandtransports.ini"]!];
    const read = [
      readByIcingaWeb(resources, "icingaweb", "password"),
      readByIcingaWeb(resources, "ido", "password"),
      readByIcingaWeb(transports, "mon1", "password"),
    ];
    const right = read.every((again) => again === password);
    t.is(iniPasswordProblem(password) === undefined, right, password);
    if (!right) refused.push(password);
    else t.is(readByAdministrator(resources, "icingaweb", "password"), password);
  }
  t.deepEqual(refused, ["a\\nb", "\\r", "'ends with the same and a space' "]);
});

test("what the chaos suite asks Icinga by: the shell and curl themselves", async (t) => {
  const server = createServer((request, response) => response.end(request.headers.authorization));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const password of nasty) {
    const request = curlConfig("trivet", password)
      .replace("max-time = 0.9", "max-time = 60")
      .replaceAll(/^url = "https:\/\/[^/]*/gm, `url = "${address}`);
    const { stdout } = await promisify(execFile)("bash", ["-c", `request='${request}'\ncurl -K - <<< "$request"`]);
    const [hosts] = stdout.split("\n");
    t.is(Buffer.from(hosts!.replace(/^Basic /, ""), "base64").toString(), `trivet:${password}`);
  }
});

test("one that is known only later is refused by its path, and not shown", async (t) => {
  const promiseOf = (output: pulumi.Output<string>) => (output as unknown as { promise(): Promise<string> }).promise();
  const right = givenPassword('GaleraCluster "shop"', ["monitorPassword"], pulumi.output("a b"));
  t.is(await promiseOf(right), "a b");
  // Pulumi's own parts of an output fail with it.
  const handled = <T>(output: T): T => {
    for (const part of Object.values(output as object)) if (part instanceof Promise) part.catch(() => {});
    return output;
  };
  const wrong = handled(givenPassword('GaleraCluster "shop"', ["databases", 0, "password"], pulumi.output("kQ9\nkQ9")));
  await t.throwsAsync(promiseOf(wrong), {
    message:
      'GaleraCluster "shop" has databases[0].password a secret; expected a text without line breaks and other control characters: give it another one.',
  });
});

test("a password is refused for what no line can hold, and for nothing else", (t) => {
  for (const password of nasty) t.is(passwordProblem(password), undefined);
  for (const password of ["", "a\nb", "a\tb", "a\0b", "\u0085", "\ud800", "\u2028", "x".repeat(257)]) {
    t.is(typeof passwordProblem(password), "string");
    t.false(secretInput.safeParse(password).success);
  }
});
