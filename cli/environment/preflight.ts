import { UserError } from "../../core/errors.ts";
import {
  type Finding,
  type HostLook,
  judge,
  type Link,
  lookAt,
  lookAtLinks,
  type Sight,
  type Subject,
  type Tried,
  tryFlows,
  type Untried,
} from "../../operations/preflight/index.ts";
import { countText, findingsText } from "../show/findings.ts";
import { sayIn, type Task } from "../show/tasks.ts";

/** What a preflight sees, step by step. */
export interface Preflight {
  looks?: HostLook[];
  flows?: { tried: Tried[]; untried: Untried[] };
  links?: Link[];
  sight?: Sight;
  findings?: Finding[];
}

/** The steps of a preflight: all hosts at once, then what passes between them. */
export function preflightTasks<Context extends Preflight>(subject: Subject, signal: AbortSignal): Task<Context>[] {
  return [
    {
      title: subject.lab ? "This machine" : `${subject.hosts.length} hosts`,
      task: (context, task) => {
        context.looks = [];
        const looks = new Map<string, HostLook>();
        return task.newListr(
          subject.hosts.map((host) => ({
            title: host.name,
            task: async (_, own) => {
              const look = await lookAt(host, signal);
              looks.set(host.name, look);
              // In the order of the settings, whoever answers first.
              context.looks = subject.hosts.flatMap(({ name }) => looks.get(name) ?? []);
              if (look.refusal) own.skip(look.refusal.why);
            },
          })),
          { concurrent: true, rendererOptions: { collapseSubtasks: true } },
        );
      },
    },
    {
      title: "Connections",
      enabled: () => subject.flows.length > 0,
      task: async (context, task) => {
        context.flows = await tryFlows(subject, context.looks!, sayIn(task), signal);
        const { tried, untried } = context.flows;
        if (tried.length + untried.length === 0) return task.skip("no two hosts are known");
        const open = tried.filter(({ result }) => result === "open").length;
        task.title = `Connections: ${open} of ${tried.length} are open${untried.length ? `, ${untried.length} could not be tried` : ""}`;
      },
    },
    {
      title: "Ways between domains",
      enabled: () => !subject.lab && subject.domains.length > 1,
      task: async (context, task) => {
        context.links = await lookAtLinks(subject, context.looks!, signal);
        task.title = linksTitle(context.links);
      },
    },
    {
      title: "Judgement",
      task: (context) => {
        const { looks = [], flows = { tried: [], untried: [] }, links = [] } = context;
        context.sight = { subject, looks, ...flows, links };
        context.findings = judge(context.sight);
      },
    },
  ];
}

/**
 * The preflight as the first step of `up`: an error stops it, unless it is about a host that is gone anyway.
 *
 * @throws {UserError} with every error
 */
export function readyTask<Context extends Preflight>(
  subject: Subject,
  { skip, without }: { skip?: string; without?: string },
  signal: AbortSignal,
): Task<Context> {
  return {
    title: "Preflight",
    task: (_, task) => {
      if (skip !== undefined) {
        task.title = `Preflight: left out (${skip})`;
        return undefined;
      }
      const verdict: Task<Context> = {
        title: "Ready",
        task: ({ findings = [] }, own) => {
          const [stop, go] = stopping(findings, without);
          if (stop.length > 0) {
            throw new UserError(
              `${subject.environment} is not ready for up:\n\n${findingsText(stop)}\n\nMend that, or go on all the same with --skip-preflight <reason>.`,
            );
          }
          for (const { severity, host = "all hosts", given, mend } of go) {
            if (severity !== "notice") sayIn(own)(`${severity}: ${host}: ${given}; ${mend}`, "lasting");
          }
          own.title = `Ready${go.length > 0 ? `, with ${countText(go)} (trivet preflight ${subject.environment})` : ""}`;
        },
      };
      return task.newListr([...preflightTasks<Context>(subject, signal), verdict]);
    },
  };
}

/** What stops an `up`, and what does not. */
export function stopping(findings: readonly Finding[], without?: string): [stop: Finding[], go: Finding[]] {
  const stops = ({ severity, host }: Finding) => severity === "error" && (host === undefined || host !== without);
  return [findings.filter(stops), findings.filter((finding) => !stops(finding))];
}

function linksTitle(links: readonly Link[]): string {
  if (links.length === 0) return "Ways between domains: no ping was answered";
  const longest = Math.max(...links.flatMap(({ round }) => round?.average ?? []));
  const loss = Math.max(...links.map((link) => link.loss));
  return `Ways between domains: ${longest.toFixed(1)} ms at most${loss > 0 ? `, ${loss} % lost` : ""}`;
}
