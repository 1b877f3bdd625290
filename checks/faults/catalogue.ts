import { chrony } from "../../components/chrony/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { clock, timeLying, whyNoRealLie } from "./clock.ts";
import { connections } from "./connections.ts";
import { crash } from "./crash.ts";
import { cutIn, cutOff, cutOut } from "./cut-off.ts";
import { cutPair, ring } from "./cut-pair.ts";
import { cutPorts } from "./cut-ports.ts";
import { dnsSilent, dnsWrong } from "./dns.ts";
import { domainCut } from "./domain-cut.ts";
import { kill, reboot } from "./kill.ts";
import type { Kind } from "./kind.ts";
import { loss } from "./loss.ts";
import { pause } from "./pause.ts";
import { restartLoop } from "./restart-loop.ts";
import { slow } from "./slow.ts";
import { cpu, memory } from "./starve.ts";
import { stop, timeDead } from "./stop.ts";
import { diskFull, powerCut } from "./storage.ts";
import { timeUnreachable } from "./time-unreachable.ts";

/** All kinds of faults. A new one is a file and a line here. */
export const catalogue: readonly Kind[] = [
  kill,
  crash,
  pause,
  stop,
  restartLoop,
  reboot,
  cutOff,
  cutIn,
  cutOut,
  cutPorts,
  cutPair,
  ring,
  domainCut,
  slow,
  loss,
  cpu,
  memory,
  powerCut,
  diskFull,
  connections,
  dnsWrong,
  dnsSilent,
  timeDead,
  timeUnreachable,
  {
    name: "time-lying",
    title: "a time host serves a wrong time and is sure of it (with: offset, in seconds)",
    levels: ["node", "all"],
    services: [chrony.name],
    otherwise: "it serves no time",
    notOnRealHosts: whyNoRealLie,
    plan: timeLying,
  },
  {
    name: "clock",
    title:
      "the clock is wrong (with: offset in seconds, drift as a rate, or step; restart; supervisor: its clock, too)",
    levels: ["node", "domain", "all"],
    services: [galera.name],
    otherwise: "its process has no clock of its own: only the database is started under libfaketime",
    plan: clock,
  },
];
