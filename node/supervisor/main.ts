import { monotonic } from "../adapters/clock.ts";
import { consulOf } from "../adapters/consul.ts";
import { end, ending, fileOf, given, log } from "../adapters/program.ts";
import { statusFile } from "../adapters/statusFile.ts";
import { watchedDatabase } from "../adapters/watchedDatabase.ts";
import { decide } from "./decide.ts";
import { supervise } from "./program.ts";
import { readLogin, readSettings } from "./settings.ts";

/**
 * The supervisor's process, until it is told to end: `<folder of its settings> <folder of its status>`. A fault ends it as well, and Docker
 * starts it again.
 */
const [told, status] = given(2);
const signal = ending();
const { cluster, self, supervised, service, writer, database, consul } = readSettings(fileOf(`${told}/settings.json`));
const login = readLogin(fileOf(`${told}/login.json`));

log.say(`watches the database of ${self.name} for cluster ${cluster}`);
void supervise(
  { self, supervised, decide },
  {
    clock: monotonic,
    log,
    database: watchedDatabase({ ...login, ...database }, log),
    consul: consulOf({ api: consul, cluster, self, port: database.port, service, writer }, monotonic),
    status: statusFile(`${status}/status.json`),
  },
  signal,
).then(() => end());
