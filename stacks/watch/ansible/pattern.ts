import type { Problem } from "../../../core/problem.ts";
import { type Place, placeText } from "../place.ts";
import { BadRange, expandRanges } from "./ranges.ts";

/** What a host pattern names: `web[01:10].example:2222`, `[2001:db8::7]:22`. */
export function hostsOf(pattern: string, place: Place, problems: Problem[]): { names: string[]; port?: number } {
  const refuse = (given: string, expected: string) => {
    problems.push({ where: placeText(place), given, expected, mend: "correct it" });
    return { names: [] };
  };
  const { address, port } = apart(pattern);
  if (port === undefined && pattern.trim().endsWith(":"))
    return refuse(`the host "${pattern}"`, "a port after the colon");
  if (address === "") return refuse("a host without a name", "a name");
  try {
    return { names: expandRanges(address), ...(port !== undefined && { port }) };
  } catch (error) {
    if (!(error instanceof BadRange)) throw error;
    return refuse(
      `the host range "${pattern}"`,
      "a range from lower to higher, figures of equal width when zeros lead, such as web[01:10] or db-[a:c]",
    );
  }
}

/** Address and port, where what stands before the port is an address or a host name; else all of it is the address. */
function apart(pattern: string): { address: string; port?: number } {
  let address = pattern;
  let port: number | undefined;
  for (const shape of [bracketed, withPort]) {
    const found = shape.exec(address);
    if (found) [address, port] = [found[1]!, Number(found[2])];
  }
  if (port === undefined) return { address };
  return [ipv4, ipv6, hostName].some((shape) => shape.test(address)) ? { address, port } : { address: pattern };
}

// Ansible's own expressions (parsing/utils/addresses.py): what they don't take has no port.

const bracketed = /^\[(.+)\]:([0-9]+)$/;
const withPort = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;

const range = (bound: string) => String.raw`\[(?:${bound})(?::[0-9]+)?\]`;

const byte = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${range("[0-9]+:[0-9]+")})`;
const ipv4 = new RegExp(String.raw`^(?:${byte}\.){3}${byte}$`, "i");

const x = `(?:[0-9a-f]{1,4}|${range("[0-9a-f]+:[0-9a-f]+")})`;
const ipv6 = new RegExp(
  `^(?:${[
    `(?:${x}:){7}${x}`,
    `(?:${x}:){1,6}:`,
    ...[6, 5, 4, 3, 2, 1].map((most, index) => `(?:${x}:){${index + 1}}(?::${x}){1,${most}}`),
    `:(?::${x}){1,6}`,
    `${x}?::`,
    String.raw`(?:0:){6}(?:${x}\.){3}${x}`,
    String.raw`::(?:ffff:)?(?:${x}\.){3}${x}`,
    String.raw`(?:0:){5}ffff:(?:${x}\.){3}${x}`,
  ].join("|")})$`,
  "i",
);

const word = String.raw`\p{L}\p{N}_`;
const span = range("[a-z]:[a-z]|[0-9]+:[0-9]+");
const label = String.raw`(?:[${word}]|${span})(?:[${word}\-]|${span})*(?<![_\-])`;
const hostName = new RegExp(String.raw`^${label}(?:\.${label})*$`, "iu");
