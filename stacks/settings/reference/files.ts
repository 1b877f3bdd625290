import { join } from "node:path";
import { settingsJsonSchema } from "./jsonSchema.ts";
import { settingsPage } from "./page.ts";

const top = join(import.meta.dirname, "../../..");

/** What is made of the schema, by the file that it is kept in. */
export const madeFiles = (): Record<string, string> => ({
  [join(top, "docs/settings.md")]: settingsPage(),
  [join(top, "stacks/settings.schema.json")]: settingsJsonSchema(),
});
