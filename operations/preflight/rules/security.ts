import { type HostFinding, isDebian, ofHost, type Rule } from "./rule.ts";

/** What keeps containers from their work though everything else is right. */

const selinux = ofHost((facts): HostFinding[] => {
  if (facts.selinux?.trim().toLowerCase() !== "enforcing") return [];
  return [
    {
      rule: "selinux",
      severity: "error",
      given: "SELinux is enforcing",
      expected: "permissive or off: Trivet's containers have no policy",
      breaks: isDebian(facts)
        ? "Debian has no policy for containers (container-selinux): state transfers and file access are denied"
        : "state transfers and file access may be denied",
      mend: "sudo setenforce 0, and SELINUX=permissive in /etc/selinux/config",
    },
  ];
});

const apparmor = ofHost(({ apparmor: seen }): HostFinding[] => {
  if (!seen.enabled || seen.parser) return [];
  return [
    {
      rule: "apparmor",
      severity: "error",
      given: "the kernel has AppArmor, and there is no apparmor_parser",
      expected: "the package apparmor",
      breaks: 'no container starts ("AppArmor enabled on system but the docker-default profile could not be loaded")',
      mend: "sudo apt-get install apparmor, then: sudo systemctl restart docker",
    },
  ];
});

export const securityRules: Rule[] = [selinux, apparmor];
