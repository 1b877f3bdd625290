import test from "ava";
import { looksOutside, missingOutside } from "../../../cli/environment/outside.ts";
import type { ServiceName } from "../../../components/services.ts";
import type { Inventory, ServiceRecord } from "../../../core/inventory.ts";
import type { Said } from "../../../hosts/exec.ts";

const record = (service: ServiceName, host: string): ServiceRecord => ({
  service,
  host,
  domain: "fd1",
  address: "198.18.1.1",
  endpoint: "unix:///nowhere",
  container: `${host}-${service}`,
});
const inventory = {
  services: [
    ...["dns1", "dns2"].flatMap((host) => [record("bind", host), record("chrony", host)]),
    record("chrony", "db1"),
    record("icinga-master", "mon1"),
  ],
  time: { servers: ["dns1", "dns2"], warning: 0.1, critical: 1 },
} as unknown as Inventory;
const settings = {
  dns: { upstream: ["10.1.0.53", "10.2.0.53"] },
  time: { upstream: ["ntp1.example", "10.1.0.1"] },
  monitoring: { notify: [{ name: "pager" }, { name: "mail" }] },
} as unknown as Parameters<typeof looksOutside>[0];

const said = (stdout: string, code = 0): Said => ({ code, stdout, stderr: "", output: stdout });
const status = (word: string) => said(`;; ->>HEADER<<- opcode: QUERY, status: ${word}, id: 1\n`);
const source = (name: string, reach: string) => `^,*,${name},2,6,${reach},11,0.000012,0.000014,0.000451`;
const sources = (...lines: string[]) => said(`${lines.join("\n")}\n`);

/** What each of them says when it is asked: by the container, and for DNS by the server. */
const asked =
  (answers: Record<string, Said | Said[]>) =>
  async (service: ServiceRecord, [program, server]: string[]) => {
    const key = program === "dig" ? `${service.container} ${server!.slice(1)}` : service.container;
    const answer = answers[key]!;
    return Array.isArray(answer) ? (answer.length > 1 ? answer.shift()! : answer[0]!) : answer;
  };

const well = {
  "dns1-bind 10.1.0.53": status("NOERROR"),
  // No way to the root, but it is there.
  "dns1-bind 10.2.0.53": status("SERVFAIL"),
  "dns2-bind 10.1.0.53": status("NOERROR"),
  "dns2-bind 10.2.0.53": status("NXDOMAIN"),
  "dns1-chrony": sources(source("ntp1.example", "377"), source("10.1.0.1", "1")),
  "dns2-chrony": sources(source("ntp1.example", "17"), source("10.1.0.1", "377")),
  "mon1-icinga-master": said("{}\n"),
};

test("nothing is said when all answer, be it after a while", async (t) => {
  t.deepEqual(await missingOutside(settings, inventory, asked(well), 1), []);
  const starting = [
    sources(source("ntp1.example", "0")),
    sources(source("ntp1.example", "0"), source("10.1.0.1", "0")),
    well["dns1-chrony"],
  ];
  t.deepEqual(await missingOutside(settings, inventory, asked({ ...well, "dns1-chrony": starting }), 1), []);
});

test("each that does not answer is one sentence, with who asked", async (t) => {
  const ill = {
    ...well,
    "dns1-bind 10.1.0.53": said(";; communications error to 10.1.0.53#53: timed out\n", 9),
    "dns2-bind 10.1.0.53": said(";; communications error to 10.1.0.53#53: timed out\n", 9),
    "dns2-bind 10.2.0.53": status("REFUSED"),
    "dns1-chrony": sources(source("10.1.0.1", "0")),
    "mon1-icinga-master": said('{"mail": "the name of the address has no address: Name or service not known"}\n'),
  };
  t.deepEqual(await missingOutside(settings, inventory, asked(ill), 1), [
    "dns.upstream[0] 10.1.0.53 does not answer (asked from dns1, dns2)",
    "dns.upstream[1] 10.2.0.53 answers REFUSED (asked from dns2)",
    "time.upstream[0] ntp1.example does not answer (asked from dns1)",
    "time.upstream[1] 10.1.0.1 does not answer (asked from dns1)",
    "monitoring.notify[1] mail can't be told: the name of the address has no address: Name or service not known (asked from mon1)",
  ]);
});

test("who can't be asked says so, and stops nothing", async (t) => {
  const run = async ({ service }: ServiceRecord) => {
    if (service === "bind") throw new Error("dig took longer than 20 s");
    const stderr = "Traceback\nNo module named notifier\n";
    return { code: 1, stdout: "", stderr, output: stderr };
  };
  t.deepEqual(await missingOutside(settings, inventory, run, 1), [
    "what the settings name could not be looked at: dig took longer than 20 s (asked from dns1, dns1, dns2, dns2)",
    "time.upstream can't be looked at: No module named notifier (asked from dns1, dns2)",
    "monitoring.notify can't be looked at: No module named notifier (asked from mon1)",
  ]);
});

test("nothing is named, nobody is asked", (t) => {
  t.deepEqual(
    looksOutside({ dns: { upstream: [] }, time: { upstream: [] }, monitoring: { notify: [] } } as never, inventory),
    [],
  );
});
