import { allFacts, factsOf, type ServiceName } from "../../../components/services.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** All but those that hold a lab's networks: a change of them would take every service of their host away. */
const confined = allFacts.filter(({ kind }) => kind !== "network").map(({ name }) => name);

const plain = (names: readonly string[] | null | undefined) => (names ?? []).map((name) => name.replace(/^CAP_/, ""));

interface Described {
  HostConfig: {
    Privileged?: boolean;
    CapAdd?: string[] | null;
    CapDrop?: string[] | null;
    SecurityOpt?: string[] | null;
    PidMode?: string;
  };
}

export const confinement: Rule = {
  name: "confinement",
  title: "no container has more of root's power than its service needs, or can get more",
  of: running(...confined),
  ask: "container",
  judge: each(({ service, said }) => {
    const { HostConfig: host }: Described = JSON.parse(said);
    const needs: readonly string[] = factsOf(service.service as ServiceName).capabilities;
    const more = plain(host.CapAdd).filter((capability) => !needs.includes(capability));
    const again = "make the container anew: trivet up <environment>; a transform of yours may have added it";
    return [
      ...unless(!host.Privileged, "privileged", "a container without the host's devices and powers", again),
      ...unless(
        plain(host.CapDrop).includes("ALL") && more.length === 0,
        plain(host.CapDrop).includes("ALL") ? `has ${more.join(", ")}` : "has Docker's default capabilities",
        needs.length ? `none but ${needs.join(", ")}` : "no capability",
        again,
      ),
      ...unless(
        (host.SecurityOpt ?? []).some((option) => /^no-new-privileges(:true)?$/.test(option)),
        "a file in it may give its process more power than it was started with",
        "no-new-privileges",
        again,
      ),
      ...unless(!host.PidMode, `shares processes with ${host.PidMode}`, "processes of its own", again),
    ];
  }),
};
