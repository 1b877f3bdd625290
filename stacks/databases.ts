/** Icinga Web's own database, and its user. */
export const webDatabase = "icingaweb";

/** The databases that an environment makes, each with a user of its own. */
export const databases = [
  { name: "icinga", user: "icinga" },
  { name: webDatabase, user: webDatabase, reads: ["icinga"] },
  { name: "trivet_app", user: "trivet_app" },
];
