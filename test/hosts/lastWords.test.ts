import test from "ava";
import { lastError } from "../../hosts/lastWords.ts";

const said = test.macro<[string[], string | undefined]>((t, lines, expected) =>
  t.is(lastError(lines.join("\n")), expected),
);

test(
  "the error, not what follows it",
  said,
  [
    "2026-11-30  2:28:26 0 [Note] Starting MariaDB",
    "2026-11-30  2:28:26 0 [ERROR] mariadbd: unknown variable 'gcach=1'",
    "2026-11-30  2:28:26 0 [ERROR] Aborting",
    "trivet: the database has ended",
  ],
  "2026-11-30  2:28:26 0 [ERROR] mariadbd: unknown variable 'gcach=1'",
);
test("the last of several errors", said, ["error: the first", "error: the second", "bye"], "error: the second");
test(
  "an error of a harmless level only where there is no other",
  said,
  ["FATAL can't connect", "[Note] WSREP: no error", "INFO failed 0 times"],
  "FATAL can't connect",
);
test("else the last line", said, ["Starting", "Reading configuration", ""], "Reading configuration");
test("nothing was said", said, ["", "  "], undefined);
test(
  "colours and bells are left out",
  said,
  ["\u001b[31mFATAL\u001b[0m no such\u0007 schema"],
  "FATAL no such  schema",
);
test(
  "no secret is repeated",
  said,
  ["error: mysql://icinga:hunter2@198.18.1.11:3306 refused, password=hunter2, token: 'hunter 2'"],
  "error: mysql://icinga:***@198.18.1.11:3306 refused, password=***, token: ***",
);
test(
  "nor one in a statement",
  said,
  ["ERROR 1064 near 'IDENTIFIED BY 'hunter2' to'"],
  "ERROR 1064 near 'IDENTIFIED BY *** to'",
);
