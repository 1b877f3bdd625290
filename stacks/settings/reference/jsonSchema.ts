import { z } from "zod";
import { settingFacts } from "../../../core/setting.ts";
import { namespace } from "../file.ts";
import { settingsSchema } from "../schema.ts";
import { secretNames } from "../secrets.ts";

/** The JSON Schema of a settings file, by which editors complete and check. What fits together is known to `trivet` alone. */
export function settingsJsonSchema(): string {
  const { properties, required } = z.toJSONSchema(settingsSchema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const { description } = settingFacts.get(zodSchema) ?? {};
      if (description) jsonSchema.description = description;
      // JSON Schema's patterns have no classes of Unicode.
      jsonSchema.pattern &&= jsonSchema.pattern.replaceAll("\\p{Cc}", "\\u0000-\\u001f\\u007f-\\u009f");
    },
  });
  const encrypted = (description: string) => ({
    description,
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  });
  const named = (record: object) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [`${namespace}${name}`, value]));
  const secrets = Object.fromEntries(Object.entries(secretNames).map(([name, what]) => [name, encrypted(what)]));
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of a Trivet environment",
    description: "Made by `npm run docs:settings` of stacks/settings/schema.ts.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: named({ ...properties, ...secrets }),
        required: required?.map((name) => `${namespace}${name}`),
        // Settings of other providers.
        patternProperties: { [`^(?!${namespace})`]: true },
        additionalProperties: false,
      },
    },
    required: ["config"],
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
