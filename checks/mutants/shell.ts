import type { ServiceRecord } from "../../core/inventory.ts";

/** A word for bash. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs bash in a container, from the guard. */
export const within = ({ container }: ServiceRecord, script: string): string =>
  `docker exec ${container} bash -euc ${quoted(script)}`;

/** Restarts a container and waits until its health is told again, 40 s at most: a mutant need not be fit. */
export const restart = ({ container }: ServiceRecord): string =>
  `docker restart -t 20 ${container} > /dev/null
for _ in {1..80}; do docker exec ${container} health > /dev/null 2>&1 && break; sleep 0.5; done`;
