import type { Experiment } from "../experiment.ts";

export const icingadbDatabaseLink: Experiment = {
  name: "icingadb-database-link",
  title: "Only the database link of the Icinga DB that writes is cut",
  needs: ["icingadb"],
  faults: (scene) => [{ fault: "cut-ports", hosts: [scene.writer], service: "icingadb", with: { ports: "3306" } }],
  hold: 15,
};
