// `npm run docs:settings`: what is made of the settings' schema, for readers and for editors.
import { writeFileSync } from "node:fs";
import { madeFiles } from "./files.ts";

for (const [file, text] of Object.entries(madeFiles())) writeFileSync(file, text);
