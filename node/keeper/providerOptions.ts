/**
 * `wsrep_provider_options` of a start: those that are read at a start alone, and the periods of running.cnf. MariaDB 11.8 shows the latter as
 * variables of their own, and does not hand them to the library when it starts.
 */
export function providerOptions(fixed: string, runningConf: string): string {
  const periods = runningConf
    .matchAll(/^loose_wsrep_provider_evs_([a-z_]+) *= *(\d+(?:\.\d+)?) *$/gm)
    .map(([, name, seconds]) => `evs.${name}=PT${seconds}S`);
  return [fixed, ...periods].join(";");
}
