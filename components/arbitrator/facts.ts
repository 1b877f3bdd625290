import { type ServiceFacts, tcp } from "../../core/service.ts";
import { galera, ports } from "../galera/facts.ts";

export const arbitrator = {
  name: "galera-arbitrator",
  title: "Galera arbitrator",
  kind: "product",
  role: "arbitrator",
  ports: [tcp(ports.replication)],
  vote: galera.vote,
} as const satisfies ServiceFacts<"galera-arbitrator">;
