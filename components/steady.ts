import type { Judge } from "../core/health.ts";
import { steady as bind } from "./bind/steady.ts";
import { steady as chrony } from "./chrony/steady.ts";
import { steady as consul } from "./consul/steady.ts";
import { steady as galera } from "./galera/steady.ts";
import { steady as icinga } from "./icinga/steady.ts";
import { steady as proxy } from "./proxy/steady.ts";

/** The judgements of all services on an environment at rest, in the order in which problems are shown. */
export const judges: readonly Judge[] = [galera, consul, bind, icinga, proxy, chrony];
