import { handsOver, type ServiceFacts } from "../../core/service.ts";
import { icingaWeb } from "../icinga/facts.ts";

/** It listens where the settings say. */
export const proxy = {
  name: "proxy",
  title: "HAProxy",
  kind: "product",
  role: "entry",
  purpose: "The one address for people, in front of Icinga Web.",
  image: { name: "proxy", folder: "components/proxy/image" },
  capabilities: [...handsOver, "NET_BIND_SERVICE"],
  ports: [],
  judgedWith: [icingaWeb.name],
} as const satisfies ServiceFacts;
