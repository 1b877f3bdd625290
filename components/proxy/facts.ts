import type { ServiceFacts } from "../../core/service.ts";
import { icingaWeb } from "../icinga/facts.ts";

/** It listens where the settings say. */
export const proxy = {
  name: "proxy",
  title: "HAProxy",
  kind: "product",
  role: "entry",
  ports: [],
  judgedWith: [icingaWeb.name],
} as const satisfies ServiceFacts<"proxy">;
