import { handsOver, type ServiceFacts, tcp, udp } from "../../core/service.ts";
import { galera } from "../galera/facts.ts";

export const dnsPort = 53;

export const bind = {
  name: "bind",
  title: "BIND",
  kind: "product",
  role: "discovery",
  image: { name: "bind", folder: "components/bind/image" },
  capabilities: [...handsOver, "NET_BIND_SERVICE"],
  ports: [tcp(dnsPort), udp(dnsPort)],
  judgedWith: [galera.name],
  domains: 3,
  endsLast: 4,
} as const satisfies ServiceFacts;
