/** Two files of 10 MB each: no container's log fills the disk of its host. */
export const logLimits = { driver: "json-file", options: { "max-file": "2", "max-size": "10m" } };
