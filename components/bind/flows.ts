import { flow } from "../../core/flow.ts";
import { tcp, udp } from "../../core/service.ts";
import type { Flows } from "../places.ts";
import { allFacts } from "../services.ts";
import { bind, dnsPort } from "./facts.ts";

export const flows: Flows = ({ hostsOf }) => {
  const clients = hostsOf(...allFacts.filter(({ resolves }) => resolves).map(({ name }) => name));
  const servers = hostsOf(bind.name);
  return [flow("DNS", tcp(dnsPort), clients, servers), flow("DNS", udp(dnsPort), clients, servers)];
};
