import { z } from "zod";
import type { Leaf } from "../../../stacks/settings/reference/leaves.ts";

/** No word that a file or a shell would take as it is. */
const words = [
  ...[
    "",
    " ",
    "\n",
    "\0",
    "a b",
    "a\nb",
    "a\n",
    "$(id)",
    "`id`",
    "a#b",
    'a"b',
    "a'b",
    "a;b",
    "a,b",
    "*",
    "[x]",
    "\u00fc",
    "\u202ea",
  ],
  "x".repeat(5000),
];
const lines = ["", "\n", "a\nb", "\0", "a\u0007", "x".repeat(5000)];

/** Wrong values by what a value is; a kind that is missing here fails the test. */
const byKind: Record<string, unknown[]> = {
  address: [...words, "10.1.0", "10.1.0.256", "::1", "10.1.0.11/24", "0x7f.1", "01.2.3.4", "10.1.0.11 "],
  cluster: [...words, "-a", "x".repeat(33), "\u00fc".repeat(20)],
  days: [...words, "1h", "0d", "1.5d", "-1d", "ever", "36501d", "400"],
  domain: [...words, "a..b", ".a", "a.", "-a", `a.${"x".repeat(253)}`],
  duration: [
    ...words,
    "0s",
    "0.1ms",
    "-1s",
    "1",
    "1.5",
    "1 s",
    "1S",
    "1w",
    "s",
    "36501d",
    `${"9".repeat(400)}s`,
    "1s1s",
    "0x1s",
  ],
  endpoint: [
    ...words,
    "tcp://a:1",
    "ssh://-oX@a",
    "ssh://u@-h",
    "ssh://u@h:99999",
    "ssh://u@h;x",
    "unix://a",
    "unix:///a b",
  ],
  experiment: [...words, "databse-kill", "Database-Kill"],
  file: lines,
  image: [...words, "A/b", "a:", "a@sha256:1", "-x", "a//b", "a:b:c", "https://a/b"],
  line: lines,
  login: [...words, "-a", "x".repeat(65)],
  member: [...words, "-a", "x".repeat(64)],
  "mail address": [...words, "ops", "ops@", "@example.org", "a@b@c.org", "Ops <ops@example.org>"],
  "mail server": [...words, "a..b", "999.1.1.1", "0.0.0.0", "-a"],
  name: [...words, "DB1", "-a", "a-", "a_b", "a.b", "x".repeat(64)],
  PEM: ["", "x", "-----BEGIN CERTIFICATE-----", "/etc/ssl/ca.pem"],
  recipient: [...words, "Ops", "1a", "a-b", "x".repeat(64)],
  server: [
    ...words,
    "127.0.0.1",
    "localhost",
    "a..b",
    "999.1.1.1",
    "x nts",
    "pool x",
    "0.0.0.0",
    "224.0.0.1",
    "-a",
    "::1",
  ],
  size: [...words, "0M", "512", "512MB", "-1M", "1.5G", "1T", "1m", "NaN", `${"9".repeat(20)}G`],
  subnet: [
    ...words,
    "10.1.0.0",
    "10.1.0.9/24",
    "10.1.0.0/33",
    "10.1.0.0/31",
    "0.0.0.0/0",
    "127.0.0.0/8",
    "224.0.0.0/8",
    "::/8",
  ],
  URL: [...words, "ftp://a/", "http://", "mailto:a@b.org", 'http://a"b/', "http://a/'", "http://a/ b", "a.example/"],
};

/** Of any value that is no number. */
const noText = [null, 17, true, {}, ["x"]];
const noNumber = [null, "17", true, {}, [1], 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300];

/** What a setting must refuse; undefined for one of a kind that nothing wrong is known of. */
export function wrongValues({
  schema,
  element,
  facts: { kind = "" },
}: Leaf): { at: "value" | "element"; value: unknown }[] | undefined {
  const plain = wrongPlain(element ?? schema, kind);
  if (!plain) return undefined;
  if (!element) return plain.map((value) => ({ at: "value", value }));
  return [
    ...[null, "x", 17, {}].map((value) => ({ at: "value" as const, value })),
    ...plain.map((value) => ({ at: "element" as const, value })),
  ];
}

function wrongPlain(schema: z.core.$ZodType, kind: string): unknown[] | undefined {
  if (schema instanceof z.ZodEnum) {
    const options = schema.options.map(String);
    return [
      ...noText,
      ...words,
      ...options.map((option) => option.toUpperCase()),
      ...options.map((option) => `${option}x`),
    ];
  }
  if (schema instanceof z.ZodNumber) {
    if (schema.minValue === null || schema.maxValue === null) return undefined;
    return [...noNumber, schema.minValue - 1, schema.maxValue + 1];
  }
  if (schema instanceof z.ZodBoolean) return [null, 0, 1, "yes", "True", "", {}, []];
  // `watch.domains`: what its names mean is checked with the files that have the groups.
  if (schema instanceof z.ZodRecord) return [null, "x", 17, true, ["x"]];
  // `allowChaos`, the one setting of several types.
  if (schema instanceof z.ZodUnion && schema.options.some((option) => option instanceof z.ZodBoolean)) {
    return [
      null,
      1,
      {},
      "yes",
      "True",
      "",
      ["databse-kill"],
      [""],
      ["a b"],
      ["database-kill", "database-kill"],
      [true],
    ];
  }
  const own = byKind[kind];
  return own && [...noText, ...own];
}
