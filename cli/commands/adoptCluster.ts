import { readFile } from "node:fs/promises";
import { monitorUser, supervisorUser } from "../../components/galera/args.ts";
import { galera } from "../../components/galera/facts.ts";
import { serviceRecord } from "../../components/service.ts";
import { subnetHolding, subnetsOf } from "../../core/domain.ts";
import { Failure, UserError } from "../../core/errors.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { report } from "../../core/problem.ts";
import {
  differences,
  type Facts,
  type Hindrance,
  hindrances,
  introduce,
  type Login,
  leave,
  look,
  type Member,
  type NodeSeen,
  type Step,
  seeNode,
  sizes,
  stepsLeft,
  stepText,
  variablesOf,
  type Way,
  wayTo,
} from "../../operations/adopt/index.ts";
import { databases } from "../../stacks/databases.ts";
import type { Settings } from "../../stacks/settings.ts";
import type { EngineName } from "../engine/engine.ts";
import { inHistory } from "../environment/journal/index.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { interruptible } from "../interrupt.ts";
import { databaseVersion } from "../setup/databaseVersion.ts";
import { confirm } from "../show/confirm.ts";
import { table } from "../show/table.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";
import { configRemove, configSet } from "./config.ts";
import { up } from "./up.ts";

export interface AdoptClusterOptions {
  /** As typed after `--cluster`; true where nothing was. */
  cluster: string | true;
  user?: string;
  passwordFile?: string;
  byHand?: boolean;
  yes?: boolean;
  engine?: EngineName;
  skipPreflight?: string;
}

/** Takes over a Galera cluster that was made by hand, from wherever an earlier run of this left it. */
export async function adoptCluster(environment: string, options: AdoptClusterOptions): Promise<void> {
  const { settings } = await loadEnvironment(environment);
  if (settings.lab)
    throw new UserError(`"${environment}" is a lab, from which nothing leads out: expected real hosts.`);
  const login = await loginOf(options);
  const known = settings.database.adopt;
  const members = inOrder(known ?? (await named(options.cluster, login)), settings);
  mustBeSame(options.cluster, known);
  const ways = new Map(members.map((member) => [member.name, wayTo(member, login)]));
  const nodes = nodesOf(environment, settings);

  const seen = await Promise.all(nodes.map((node) => seeNode(node)));
  const facts = await factsOf(members, ways, seen);
  const there = facts.map(({ member }) => member);
  const steps = stepsLeft(there, seen);
  await judge(environment, settings, facts, seen, known !== undefined);
  console.log(planText(environment, steps, there, seen));
  await confirm("Do so?", options.yes);

  if (!known) await configSet(environment, "database.adopt", JSON.stringify(members), {});
  if (there.length > 0) {
    // They leave only after all of it came up once.
    if (there.length === members.length || steps[0]!.kind === "join") {
      await bringUp(environment, options, nodes[0]!, ways.get(there[0]!.name)!);
    }
    await mayLeave(there, ways, nodes[0]!, facts[0]!, options.yes);
    await depart(environment, nodes, there, options.byHand ? new Map() : ways);
  }
  await configRemove(environment, "database.adopt");
  await up(environment, { yes: true, engine: options.engine, skipPreflight: options.skipPreflight });
  console.log(
    `\nThe database of ${environment} is Trivet's alone, with all data. The machines that left still have theirs: keep them off until you trust this, and don't start MariaDB there.`,
  );
}

/** The node's records as the program will make them: an interrupted run may have recorded none yet. */
function nodesOf(environment: string, { hosts }: Settings): ServiceRecord[] {
  return hosts
    .filter(({ roles }) => roles.includes(galera.role))
    .map(({ name, domain, address, endpoint }) =>
      serviceRecord({ name, environment, domain, address, endpoint: endpoint!, networkMode: "host" }, galera.name),
    );
}

async function loginOf({ user, passwordFile }: AdoptClusterOptions): Promise<Login | undefined> {
  if (user === undefined) return undefined;
  if (passwordFile !== undefined) {
    const password = await readFile(passwordFile, "utf8").catch((error) => {
      throw new UserError(`The password of "${user}" can't be read: ${error.message}.`);
    });
    return { user, password: password.replace(/\r?\n$/, "") };
  }
  if (!process.stdin.isTTY) {
    throw new UserError(`There is no terminal to ask for the password of "${user}" at: give it by --password-file.`);
  }
  const { default: ask } = await import("@inquirer/password");
  const password = await ask({ message: `Password of ${user} in the database (it is not shown):` }).catch(
    () => undefined,
  );
  if (password === undefined) throw new UserError("Nothing was done.");
  return { user, password };
}

const typedMembers = (text: string) =>
  text.split(",").map((part) => {
    const [address = "", endpoint] = part.trim().split(/=(.*)/s);
    return { address, endpoint };
  });

/** Each is asked for its name. */
async function named(cluster: string | true, login: Login | undefined): Promise<Member[]> {
  if (cluster === true) {
    throw new UserError(
      "Whose cluster? Expected the addresses of all its members: --cluster 10.1.0.5,10.2.0.5,10.3.0.5",
    );
  }
  return Promise.all(
    typedMembers(cluster).map(async ({ address, endpoint }) => {
      const member = { name: address, address, ...(endpoint && { endpoint }) };
      const [row] = await wayTo(member, login).ask("SELECT @@wsrep_node_name");
      return { ...member, name: row![0]! };
    }),
  );
}

function mustBeSame(cluster: string | true, known: readonly Member[] | undefined): void {
  if (cluster === true || !known) return;
  const given = typedMembers(cluster).map(({ address }) => address);
  const recorded = known.map(({ address }) => address);
  if (given.toSorted().join() === recorded.toSorted().join()) return;
  throw new UserError(
    `--cluster names ${given.join(", ")}, and database.adopt in the settings ${recorded.join(", ")}: expected the same. Leave out what follows --cluster to go on with those.`,
  );
}

/** Domain by domain, as the settings have them. */
function inOrder(members: readonly Member[], { domains }: Settings): Member[] {
  const place = ({ address }: Member) => {
    const index = domains.findIndex((domain) => subnetHolding(subnetsOf(domain), address));
    return index < 0 ? domains.length : index;
  };
  return members.toSorted((one, other) => place(one) - place(other));
}

/** Of those that are members still. One that does not answer has left only when Trivet's nodes say so. */
async function factsOf(
  members: readonly Member[],
  ways: ReadonlyMap<string, Way>,
  seen: readonly NodeSeen[],
): Promise<Facts[]> {
  const views = seen.filter(({ status }) => status === "Primary").map(({ view }) => view);
  const there = members.filter(({ name }) => views.length === 0 || views.some((view) => view.includes(name)));
  return Promise.all(there.map((member) => look(member, ways.get(member.name)!)));
}

/** @throws {UserError} with all that hinders it */
async function judge(
  environment: string,
  settings: Settings,
  facts: readonly Facts[],
  seen: readonly NodeSeen[],
  introduced: boolean,
): Promise<void> {
  if (facts.length === 0) return;
  const found = hindrances(facts, {
    clusterName: settings.database.cluster,
    version: await databaseVersion(settings),
    sstMethod: settings.database.sstMethod ?? "mariabackup",
    schemas: ["trivet", ...databases.map(({ name }) => name)],
    users: [
      ...[monitorUser, ...databases.map(({ user }) => user)].map((user) => ({ user, host: "%" })),
      { user: supervisorUser, host: "127.0.0.1" },
    ],
    joined: seen.filter(({ status }) => status === "Primary").length,
    introduced,
  });
  const of = (severity: Hindrance["severity"]) => found.filter((one) => one.severity === severity);
  const warnings = of("warning");
  if (warnings.length > 0) console.error(`${report("Worth a word", warnings)}\n`);
  const errors = of("error");
  if (errors.length > 0) {
    throw new UserError(
      `${report(`The cluster can't become part of ${environment} as it is`, errors)}\n\nNothing was touched.`,
    );
  }
}

function planText(
  environment: string,
  steps: readonly Step[],
  there: readonly Member[],
  seen: readonly NodeSeen[],
): string {
  const now = Math.max(there.length, ...seen.map(({ size }) => size ?? 0));
  const after = sizes(steps, now);
  const rows = steps.map((step, index) => [String(index + 1), stepText(step), `${after[index]} → ${after[index + 1]}`]);
  return `What is done to take the cluster over into ${environment}, each step only when the one before is through and all is well:\n\n${table(["", "STEP", "MEMBERS"], rows)}\n`;
}

/** `up` has the first node wait until the cluster knows of it. */
async function bringUp(
  environment: string,
  { engine, skipPreflight }: AdoptClusterOptions,
  first: ServiceRecord,
  way: Way,
): Promise<void> {
  const ended = new AbortController();
  // One that was cut off is well only once it is through.
  const coming = up(environment, { yes: true, unhealthy: true, engine, skipPreflight }).finally(() => ended.abort());
  try {
    await Promise.all([coming, introduce(first, way, ended.signal)]);
  } finally {
    ended.abort();
  }
}

const CLIENTS = `SELECT user, SUBSTRING_INDEX(host, ':', 1), COUNT(*) FROM information_schema.processlist
  WHERE user NOT IN ('system user', 'event_scheduler', '${monitorUser}') AND command NOT IN ('Daemon', 'Binlog Dump') AND id <> CONNECTION_ID() GROUP BY 1, 2`;

/** Before the first one leaves: what clients will find otherwise, and who is still there. */
async function mayLeave(
  there: readonly Member[],
  ways: ReadonlyMap<string, Way>,
  node: ServiceRecord,
  facts: Facts,
  yes: boolean | undefined,
): Promise<void> {
  const other = differences(facts.variables, await variablesOf(node));
  if (other.length > 0) console.log(`\nWhat clients find otherwise:\n${other.map((line) => `  ${line}`).join("\n")}`);
  const clients = await Promise.all(
    there.map(async ({ name }) => (await ways.get(name)!.ask(CLIENTS)).map((row) => [name, ...row])),
  );
  console.log(
    clients.flat().length > 0
      ? `\nClients that are still at members which are to leave:\n\n${table(["MEMBER", "USER", "FROM", "CONNECTIONS"], clients.flat())}\n\nHave those that write go by the name galeradb-writer.service.consul, and those that only read by galeradb.service.consul. Whoever stays loses its connection when the member leaves.`
      : "\nNo client is at a member that is to leave.",
  );
  await confirm("Let the members leave, one by one?", yes);
}

async function depart(
  environment: string,
  nodes: readonly ServiceRecord[],
  there: readonly Member[],
  ways: ReadonlyMap<string, Way>,
): Promise<void> {
  const signal = interruptible("the member that is leaving leaves, and no other one");
  const tasks = taskList(
    there.map<Task<object>>((member, index) => ({
      title: `${member.name} leaves`,
      task: async (_, task) => {
        if (signal.aborted) throw new Failure("Interrupted. The same command goes on from here.");
        const say = sayIn(task);
        const others = there.slice(index + 1);
        // A person who is to act must read it.
        await leave({ member, others, nodes, way: ways.get(member.name), say: (text) => say(text, "lasting"), signal });
        task.title = `${member.name} has left: ${nodes.length + others.length} members`;
      },
    })),
    {},
  );
  await inHistory(environment, () => tasks.run(), signal);
}
