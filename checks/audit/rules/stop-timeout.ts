import { galera } from "../../../components/galera/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** Seconds: InnoDB writes its pages out when it stops; killed before, it recovers at the next start. */
const MINIMUM = 60;

export const stopTimeout: Rule = {
  name: "stop-timeout",
  title: "a database node may finish before it is killed",
  of: running(galera.name),
  ask: "container",
  judge: each(({ said }) => {
    const timeout: number | undefined = JSON.parse(said).Config.StopTimeout;
    return unless(
      (timeout ?? 10) >= MINIMUM,
      `stop timeout ${timeout ?? 10} s`,
      `at least ${MINIMUM} s`,
      "re-create the container with the component's stopTimeout: trivet up <environment>",
    );
  }),
};
