/** A machine of the lab as the settings place it. */
type Machine = { name?: string; domain?: string; address?: string } | undefined;

/** All machines of the lab that are no hosts of ours, whatever they are for, each with its path in the settings. */
export function labMachines<M extends Machine>(
  lab: Record<string, M | M[]> | undefined,
): { path: string; machine: M }[] {
  return Object.entries(lab ?? {}).flatMap(([part, machines]) =>
    Array.isArray(machines)
      ? machines.map((machine, index) => ({ path: `lab.${part}[${index}]`, machine }))
      : machines
        ? [{ path: `lab.${part}`, machine: machines }]
        : [],
  );
}
