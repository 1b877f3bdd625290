import { flow } from "../../core/flow.ts";
import { tcp } from "../../core/service.ts";
import { icingaWeb, webPort } from "../icinga/facts.ts";
import type { Flows } from "../places.ts";
import { proxy } from "./facts.ts";

export const flows: Flows = ({ hostsOf }) => [
  flow("Entry to Icinga Web", tcp(webPort), hostsOf(proxy.name), hostsOf(icingaWeb.name)),
];
