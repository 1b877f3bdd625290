import { readFacts } from "../../../operations/preflight/facts.ts";
import type { Finding } from "../../../operations/preflight/finding.ts";
import type { HostLook, Link, Sight, Tried, Untried } from "../../../operations/preflight/look.ts";
import { judge } from "../../../operations/preflight/rules/index.ts";
import type { Subject, SubjectHost } from "../../../operations/preflight/subject.ts";

const host = (name: string, domain: string, address: string): SubjectHost => ({
  name,
  domain,
  address,
  endpoint: `ssh://trivet@${address}`,
  roles: ["database", "discovery", "time"],
  ports: [
    { protocol: "tcp", port: 3306, service: "MariaDB Galera" },
    { protocol: "udp", port: 4567, service: "MariaDB Galera" },
    { protocol: "tcp", port: 53, service: "BIND" },
    { protocol: "udp", port: 53, service: "BIND" },
    { protocol: "udp", port: 123, service: "chrony" },
    { protocol: "tcp", port: 8500, service: "Consul" },
  ],
  names: [],
});

const lan = { keepalivePeriod: 0.3, suspectTimeout: 1, joinRetransPeriod: 0.2 };
export const wan = { keepalivePeriod: 1, suspectTimeout: 10, joinRetransPeriod: 1 };

/** Three hosts in three domains. */
export const subject: Subject = {
  environment: "three",
  lab: false,
  hosts: [host("a", "fd1", "10.1.0.11"), host("b", "fd2", "10.2.0.11"), host("c", "fd3", "10.3.0.11")],
  domains: [
    { name: "fd1", subnet: "10.1.0.0/24" },
    { name: "fd2", subnet: "10.2.0.0/24" },
    { name: "fd3", subnet: "10.3.0.0/24" },
  ],
  flows: [{ name: "Galera peers", protocol: "tcp", port: 3306, from: ["a", "b", "c"], to: ["a", "b", "c"] }],
  time: { warning: 0.1, critical: 1 },
  database: {
    bufferPool: 2 ** 30,
    gcache: 2 ** 27,
    connections: 200,
    disk: { warning: 80, full: 95, counted: 0 },
    profile: "lan",
    periods: lan,
    lan,
  },
  registries: [],
  machine: "x86_64",
};

/** What the probe prints on a Debian 13 of 4 processors with Docker from Debian, as `trivet`, who may use sudo. */
export const sound = ({ name, address }: SubjectHost): string => `trivet-preflight	1
user	trivet	sudo
os	debian		13	Debian GNU/Linux 13 (trixie)
kernel	Linux	6.12.48+deb13-amd64	x86_64
processors	4
load	0.08	0.03	0.01
memory	8132184	7493012	999420
docker-client	Docker version 26.1.5+dfsg1, build a72d7cd
docker-info	{"ID":"0b3c4d5e-${name}","Containers":0,"Driver":"overlay2","Architecture":"x86_64","DockerRootDir":"/var/lib/docker","HttpProxy":"","HttpsProxy":"","NoProxy":"","Swarm":{"NodeID":"","LocalNodeState":"inactive"},"LiveRestoreEnabled":true,"SecurityOptions":["name=apparmor","name=seccomp,profile=builtin","name=cgroupns"],"ServerVersion":"26.1.5+dfsg1","Warnings":null}
disk	/var/lib/docker	/dev/vda1	41018024	2611240	36290744
inodes	/var/lib/docker	2621440	2560012
selinux	Disabled
apparmor	Y	yes
address	lo	127.0.0.1/8	65536
address	eth0	${address}/24	1500
address	docker0	172.17.0.1/16	1500
listener	tcp	0.0.0.0:22	sshd	612		ssh.service
listener	tcp	[::]:22	sshd	612		ssh.service
listener	udp	127.0.0.53%lo:53	systemd-resolve	401		systemd-resolved.service
listener	tcp	127.0.0.53%lo:53	systemd-resolve	401		systemd-resolved.service
listener	udp	10.9.9.9:123	elsewhere	7		
firewall	nftables	inet filter
resolver	127.0.0.53
nofile	1024	524288
setting	kernel.pid_max	4194304
setting	fs.aio-max-nr	65536
setting	fs.aio-nr	0
setting	vm.swappiness	60
setting	transparent_hugepage	always [madvise] never
end
`;

/** What of it is changed. */
export interface Planted {
  subject?: (subject: Subject) => Subject;
  /** The text of host b. */
  text?: (text: string) => string;
  looks?: (looks: HostLook[]) => HostLook[];
  tried?: (tried: Tried[]) => Tried[];
  untried?: Untried[];
  links?: (links: Link[]) => Link[];
}

/** All that is seen of the three hosts, with one thing planted. */
export function sight(planted: Planted = {}): Sight {
  const whole = planted.subject?.(subject) ?? subject;
  const looks = whole.hosts.map((each, index): HostLook => {
    const text = each.name === "b" ? (planted.text?.(sound(each)) ?? sound(each)) : sound(each);
    if (each.name === "b" && planted.text && text === sound(each)) throw new Error("nothing was planted");
    return { host: each, facts: readFacts(text)!, clock: { offset: 0.004 * index, within: 0.008 } };
  });
  const pairs = whole.hosts.flatMap((from) => whole.hosts.filter((to) => to !== from).map((to) => ({ from, to })));
  const tried = pairs.map(
    ({ from, to }): Tried => ({
      from: from.name,
      to: to.name,
      target: to.address,
      protocol: "tcp",
      port: 3306,
      way: "tcp-echo",
      flows: ["Galera peers"],
      result: "open",
      took: 2.1,
    }),
  );
  const links = pairs.map(
    ({ from, to }): Link => ({
      from: from.name,
      to: to.name,
      loss: 0,
      round: { least: 1.1, average: 1.4, most: 2.2 },
      packet: { size: 1500, told: false },
    }),
  );
  return {
    subject: whole,
    looks: planted.looks?.(looks) ?? looks,
    tried: planted.tried?.(tried) ?? tried,
    untried: planted.untried ?? [],
    links: planted.links?.(links) ?? links,
  };
}

/** What is found then. */
export const found = (planted?: Planted): Finding[] => judge(sight(planted));

/** The same in short: `error b disk-full`. */
export const short = (findings: Finding[]): string[] =>
  findings.map(({ severity, host: where = "all", rule }) => `${severity} ${where} ${rule}`);
