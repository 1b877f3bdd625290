import { type Finding, sorted } from "../finding.ts";
import type { Sight } from "../look.ts";
import { clockRules } from "./clocks.ts";
import { dockerRules } from "./docker.ts";
import { flowRules } from "./flows.ts";
import { kernelRules } from "./kernel.ts";
import { nameRules } from "./names.ts";
import { networkRules } from "./network.ts";
import { portRules } from "./ports.ts";
import { roomRules } from "./room.ts";
import type { Rule } from "./rule.ts";
import { securityRules } from "./security.ts";
import { systemRules } from "./system.ts";

const rules: readonly Rule[] = [
  ...systemRules,
  ...dockerRules,
  ...roomRules,
  ...securityRules,
  ...clockRules,
  ...networkRules,
  ...portRules,
  ...flowRules,
  ...nameRules,
  ...kernelRules,
];

/** All that is not as it should be, the worst first. Pure. */
export const judge = (sight: Sight): Finding[] => sorted(rules.flatMap((rule) => rule(sight)));
