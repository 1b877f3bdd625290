/** The databases that an environment makes, each with a user of its own. */
export const databases = [
  { name: "icinga", user: "icinga" },
  { name: "icingaweb", user: "icingaweb", reads: ["icinga"] },
  { name: "trivet_app", user: "trivet_app" },
];
