/** Hosts, and the lines between them. A cut is one way; what needs an answer needs both. */
export interface Net {
  hosts: readonly string[];
  up: Set<string>;
  /** `from>to`, with how many faults have cut it. */
  cut: Map<string, number>;
}

export const newNet = (hosts: readonly string[]): Net => ({ hosts, up: new Set(hosts), cut: new Map() });

export const way = (net: Net, from: string, to: string): boolean => from === to || !net.cut.has(`${from}>${to}`);

/** Both are up, and each hears the other. */
export const linked = (net: Net, one: string, other: string): boolean =>
  net.up.has(one) && net.up.has(other) && way(net, one, other) && way(net, other, one);

export function setCut(net: Net, from: string, to: string, on: boolean): void {
  const key = `${from}>${to}`;
  const now = (net.cut.get(key) ?? 0) + (on ? 1 : -1);
  if (now > 0) net.cut.set(key, now);
  else net.cut.delete(key);
}
