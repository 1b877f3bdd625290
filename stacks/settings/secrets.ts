/** What an environment with `secrets: configured` must bring along, as secret names of its own beside the settings. */
export const secretNames = {
  webPassword: "the password of the first administrator of Icinga Web",
  databasePassword: "the password of the database user that applications log in as",
  monitorPassword: "the password of the database user that checks log in as",
  apiPassword: "the password of Icinga's API user",
  gossipKey: "the key of Consul's gossip: 32 bytes in base64",
} as const;
export type SecretName = keyof typeof secretNames;
