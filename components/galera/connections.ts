import type { SchemaProblem } from "../../core/schema.ts";
import { refuse } from "../check.ts";
import { ports } from "./facts.ts";

/** How many clients a node takes. */
export interface ConnectionSettings {
  /**
   * Clients at a time on each node; 100000 at the most.
   * @default 200
   * @example 500
   */
  maxConnections?: number;
  /**
   * Connections to one node that one application's user may have, fewer than maxConnections, so that an application which never
   * closes its own leaves room for the others.
   * @default three quarters of maxConnections
   * @example 100
   */
  maxUserConnections?: number;
}

/** The supervisor holds 2 of these; each check needs one for less than 2 s. */
const CHECKS_PLACES = 30;

/** Options that MariaDB reads only when it starts. */
export const checksPortConf = `extra_port = ${ports.checks}
extra_max_connections = ${CHECKS_PLACES}
`;

/**
 * Seconds that a socket may take to log in, each step of it. MariaDB's own 10 let one that never does hold its place twice as
 * long; 5 outlast a packet that TCP loses twice in a row (1 + 2 s, RFC 6298).
 */
const LOGIN_SECONDS = 5;

/** One user could take all connections. */
export function connectionProblems(settings: ConnectionSettings): SchemaProblem[] {
  const { maxConnections, perUser } = connectionCounts(settings);
  if (perUser >= 1 && perUser < maxConnections) return [];
  return [
    {
      path: ["maxUserConnections"],
      given: `${perUser} with maxConnections ${maxConnections}`,
      expected: "1 at least and fewer than maxConnections, since one user could take all connections otherwise",
      mend: "lower maxUserConnections, or raise maxConnections",
    },
  ];
}

const connectionCounts = ({ maxConnections = 200, maxUserConnections }: ConnectionSettings) => ({
  maxConnections,
  perUser: maxUserConnections ?? Math.max(1, Math.floor(maxConnections * 0.75)),
});

/** @throws {UserError} when one user could take all connections */
export function connectionVariables(
  whose: string,
  settings: ConnectionSettings,
): { variables: Record<string, number>; perUser: number } {
  refuse(whose, connectionProblems(settings));
  const { maxConnections, perUser } = connectionCounts(settings);
  return { variables: { max_connections: maxConnections, connect_timeout: LOGIN_SECONDS }, perUser };
}
