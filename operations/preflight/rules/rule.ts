import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { Sight } from "../look.ts";
import type { Subject, SubjectHost } from "../subject.ts";

/** Judges what was seen. Pure. */
export type Rule = (sight: Sight) => Finding[];

export type HostFinding = Omit<Finding, "host">;

/** A rule of each host by itself, of which something is known. */
export const ofHost =
  (judge: (facts: HostFacts, host: SubjectHost, subject: Subject) => HostFinding[]): Rule =>
  ({ looks, subject }) =>
    looks.flatMap((look) =>
      look.facts ? judge(look.facts, look.host, subject).map((found) => ({ host: look.host.name, ...found })) : [],
    );

export const isDatabase = ({ roles }: SubjectHost): boolean => roles.includes("database");

/** The command that mends what `hosts prepare` sets up; it shows first what it would do. */
export const prepare = ({ environment }: Pick<Subject, "environment">, { name }: Pick<SubjectHost, "name">): string =>
  `trivet hosts prepare ${environment} --host ${name} --apply`;

/** `1.5 GiB` */
export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

export const isDebian = ({ os }: HostFacts): boolean => os.id === "debian" || os.like.includes("debian");
