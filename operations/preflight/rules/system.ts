import { ofHost, type Rule } from "./rule.ts";

/** Whether a host can be used at all, and is of the kind that Trivet is made for. */

const connection: Rule = ({ looks }) =>
  looks.flatMap(({ host, refusal }) => {
    if (!refusal) return [];
    const { kind, why, mend } = refusal;
    const expected = {
      "host-key": "the host key that this machine knows",
      login: "a login by a key, without a question",
      unreachable: "an answer by SSH",
      "no-shell": "a shell that runs a program",
    }[kind];
    const breaks = "nothing can be made on it, and nothing is known of it";
    return [{ rule: kind, severity: "error", host: host.name, given: why, expected, breaks, mend }];
  });

const system = ofHost(({ os, kernel }, _host, { machine }) => {
  const found = [];
  if (kernel.name !== "Linux") {
    found.push({
      rule: "operating-system",
      severity: "error" as const,
      given: kernel.name || "unknown",
      expected: "Linux",
      breaks: "containers would have no network of the host",
      mend: "take a Linux host",
    });
  } else if (!known(os)) {
    found.push({
      rule: "operating-system",
      severity: "notice" as const,
      given: os.name || "unknown",
      expected: "Debian 12 or later, or RHEL 9 or later, or one made from them",
      breaks: "nothing that is known: only those were thought of",
      mend: "see that Docker Engine and bash are there",
    });
  }
  if (kernel.machine !== machine) {
    found.push({
      rule: "architecture",
      severity: "error" as const,
      given: kernel.machine,
      expected: `${machine}, for which the images are built here`,
      breaks: 'no container would start ("exec format error")',
      mend: `take a host of ${machine}, or name images for ${kernel.machine} under "images" in the settings`,
    });
  }
  return found;
});

const known = ({ id, like, version }: { id: string; like: string[]; version: string }): boolean => {
  if (id === "debian") return version === "" || Number(version) >= 12;
  if (id === "rhel" || like.includes("rhel")) return Number.parseFloat(version) >= 9;
  return like.includes("debian") || like.includes("fedora") || id === "fedora";
};

export const systemRules: Rule[] = [connection, system];
