import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { execa } from "execa";
import { imageFolder } from "../../../images/index.ts";

/** The image's script, asking a database that is a few files: `tables` (name and rows), `version`, `mark`. */
const script = join(imageFolder("base"), "await-schema");

const schema = `CREATE TABLE host (\n  id int\n);\nCREATE TABLE IF NOT EXISTS history (id int);\nCREATE TABLE db_schema (version int);
INSERT INTO db_schema (version, timestamp)\n  VALUES (3, UNIX_TIMESTAMP() * 1000);\n`;
const upgrade = (version: number) =>
  `ALTER TABLE host ADD x${version} int;\nINSERT INTO db_schema (version, timestamp) VALUES (${version}, 1);\n`;

/** Answers what the script asks, and writes down what changes something. */
const mariadb = `#!/bin/bash
cd "$DATABASE"
for statement; do :; done
[ $# -gt 3 ] || statement=$(cat)
case $statement in
"SELECT DATABASE()") echo icinga ;;
"SELECT version"*) [ -f version ] && cat version ;;
"SELECT table_name"*) cut -d ' ' -f 1 tables ;;
"SELECT step"*) [ -f mark ] && cat mark ;;
"SELECT CONCAT(dump"*) echo /dumps/old.sql.gz ;;
"(SELECT '"*)
  while read -r table rows; do [ "$rows" = 0 ] || [[ $statement != *"'$table'"* ]] || echo "$table"; done < tables ;;
"DELETE FROM trivet_schema"*) rm -f mark; echo "unmark" >> done ;;
*"REPLACE INTO trivet_schema"*) sed "s/.*VALUES ('[a-z]*', '\\([^']*\\)'.*/\\1/;t;d" <<< "$(tr '\\n' ' ' <<< "$statement")" > mark; echo "mark $(cat mark)" >> done ;;
"SET foreign_key_checks"*) echo "$statement" >> done; for table in $(grep -o '\`[a-z_]*\`' <<< "$statement" | tr -d '\`'); do sed -i "/^$table /d" tables; done ;;
CREATE*) echo import >> done; echo 3 > version ;;
ALTER*) [ ! -f broken ] || { echo "ERROR 1060 (42S21) at line 1: Duplicate column"; exit 1; }
  echo "upgrade" >> done; sed 's/.*VALUES (\\([0-9]\\).*/\\1/;t;d' <<< "$(tr '\\n' ' ' <<< "$statement")" > version ;;
UPDATE*) echo failed >> done ;;
*) echo "no such statement: $statement"; exit 1 ;;
esac
exit 0
`;

interface Database {
  /** Rows by table. */
  tables?: Record<string, number>;
  version?: number;
  mark?: string;
  broken?: boolean;
}

/** Runs the script until it returns, or has looked three times; what it did, and why it waits. */
async function awaited({ tables = {}, version, mark, broken }: Database, imports = true) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-schema-"));
  try {
    for (const name of ["run", "bin", "upgrades", "dumps", "database"]) await mkdir(join(folder, name));
    const described = `name=db title="schema of it" file=${folder}/schema.sql upgrades=${folder}/upgrades version_table=db_schema
version="SELECT version FROM db_schema" dumps=${folder}/dumps`;
    const files: Record<string, string> = {
      script: (await readFile(script, "utf8"))
        .replaceAll("/run/trivet", join(folder, "run"))
        .replaceAll("/usr/local/lib/trivet/schema", join(folder, "schema")),
      schema: described,
      "schema.sql": schema,
      "upgrades/1.0.0.sql": upgrade(2),
      "upgrades/1.0.0-rc1.sql": upgrade(1),
      "upgrades/1.1.0.sql": upgrade(3),
      "bin/mariadb": mariadb,
      // Its third sleep is the last.
      "bin/sleep": `#!/bin/bash\necho >> "$DATABASE/slept"\n[ "$(wc -l < "$DATABASE/slept")" -lt 3 ] || kill "$PPID"\n`,
      "bin/mariadb-dump": `#!/bin/bash\nshift 6\necho "dump $*" >> "$DATABASE/done"\necho "-- $*"\n`,
      "database/tables": Object.entries(tables)
        .map(([name, rows]) => `${name} ${rows}\n`)
        .join(""),
      "database/done": "",
      ...(version && { "database/version": `${version}\n` }),
      ...(mark && { "database/mark": `${mark}\n` }),
      ...(broken && { "database/broken": "" }),
    };
    for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
    for (const name of ["mariadb", "mariadb-dump", "sleep"]) await chmod(join(folder, "bin", name), 0o755);
    const { exitCode } = await execa("bash", [join(folder, "script"), "/client.cnf", ...(imports ? ["import"] : [])], {
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, DATABASE: join(folder, "database") },
      reject: false,
    });
    const text = (path: string) => readFile(join(folder, path), "utf8").catch(() => "");
    return {
      returned: exitCode === 0,
      waiting: await text("run/waiting"),
      done: (await text("database/done")).split("\n").filter(Boolean),
      tables: (await text("database/tables")).split("\n").filter(Boolean),
      version: Number(await text("database/version")),
      mark: (await text("database/mark")).trim(),
      dumps: await readdir(join(folder, "dumps")),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("an empty database: the schema is imported, between its marks", async (t) => {
  const { returned, done, version } = await awaited({ tables: { mine: 4 } });
  t.true(returned);
  t.deepEqual(done, ["mark import", "import", "unmark"]);
  t.is(version, 3);
});

test("one that does not import waits, and says for what", async (t) => {
  const { returned, done, waiting } = await awaited({}, false);
  t.false(returned);
  t.deepEqual(done, []);
  t.regex(waiting, /has no schema of it yet: another host imports it/);
});

test("the row of the version is gone: nothing is dropped, and the way back is said", async (t) => {
  const { returned, done, tables, waiting } = await awaited({
    tables: { host: 3, history: 232, db_schema: 0, mine: 4 },
  });
  t.false(returned);
  t.deepEqual(done, []);
  t.is(tables.length, 4);
  t.regex(waiting, /3 of 3 tables of the schema of it, 2 of them with rows/);
  t.regex(
    waiting,
    /put the row back: INSERT INTO db_schema \(version, timestamp\) VALUES \(3, UNIX_TIMESTAMP\(\) \* 1000\)$/m,
  );
});

test("tables of whose making nothing is known stay, even empty ones", async (t) => {
  const { returned, done } = await awaited({ tables: { host: 0, history: 0 } });
  t.false(returned);
  t.deepEqual(done, []);
});

test("an import that was cut short starts again; a table of somebody's own stays", async (t) => {
  const { returned, done, tables } = await awaited({ tables: { host: 0, history: 0, mine: 4 }, mark: "import" });
  t.true(returned);
  t.deepEqual(done, ["SET foreign_key_checks = 0; DROP TABLE `history`, `host`", "mark import", "import", "unmark"]);
  t.deepEqual(tables, ["mine 4"]);
});

test("an import that was cut short, and rows since: nothing is dropped", async (t) => {
  const { returned, done } = await awaited({ tables: { host: 0, history: 1 }, mark: "import" });
  t.false(returned);
  t.deepEqual(done, []);
});

test("upgrades that the version lacks, by release, after a dump of what they touch", async (t) => {
  const { returned, done, version, dumps } = await awaited({ tables: { host: 1, mine: 4, db_schema: 1 }, version: 1 });
  t.true(returned);
  t.deepEqual(done, [
    "dump icinga db_schema host",
    "mark 1.0.0.sql",
    "upgrade",
    "unmark",
    "mark 1.1.0.sql",
    "upgrade",
    "unmark",
  ]);
  t.is(version, 3);
  t.regex(dumps.join(), /^db-1-\d+T\d+\.sql\.gz$/);
});

test("one that does not import names the upgrades, and applies none", async (t) => {
  const { returned, done, waiting } = await awaited({ tables: { host: 1 }, version: 2 }, false);
  t.false(returned);
  t.deepEqual(done, []);
  t.regex(
    waiting,
    /has version 2 of the schema of it and this image is made for 3: the host that imports it applies 1\.1\.0\.sql$/m,
  );
});

test("an upgrade that fails is not tried again over half of it", async (t) => {
  const { returned, done, waiting, mark } = await awaited({ tables: { host: 1 }, version: 2, broken: true });
  t.false(returned);
  t.deepEqual(done, ["dump icinga host", "mark 1.1.0.sql", "failed"]);
  t.is(mark, "1.1.0.sql");
  t.regex(waiting, /the upgrade 1\.1\.0\.sql .*begun and did not end.*zcat <dump>/);
});

test("a version that no upgrade of the image leads from: it waits, and says so", async (t) => {
  const { returned, done, waiting } = await awaited({ tables: { host: 1 }, version: 7 });
  t.false(returned);
  t.deepEqual(done, []);
  t.regex(waiting, /has version 7 .* made for 3; it has no upgrade from there/);
});
