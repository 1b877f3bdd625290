import test from "ava";
import { mustReach } from "../../../checks/run/reach.ts";
import { straight, type Ways } from "../../../checks/ways/index.ts";
import type { Session } from "../../../checks/workloads/session.ts";
import type { Inventory } from "../../../core/inventory.ts";

const site = {
  environment: "site",
  database: { port: 3306 },
  dnsServers: ["10.1.0.53", "10.2.0.53"],
  web: { url: "http://127.0.0.1:8080" },
  services: ["10.1.0.1", "10.2.0.1"].map((address, index) => ({ service: "galera", host: `db${index + 1}`, address })),
} as unknown as Inventory;

const session = { destroy() {} } as unknown as Session;
const refuses = async (address: string) => {
  throw address === "10.1.0.1" ? Object.assign(new Error("late"), { code: "ETIMEDOUT" }) : new Error("gone");
};

test("one database that lets a client in is enough: the others may be what is looked at", async (t) => {
  let open = 0;
  await t.notThrowsAsync(
    mustReach(site, straight, async (address) => {
      if (address === "10.1.0.1") throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
      open++;
      return { destroy: () => open-- } as unknown as Session;
    }),
  );
  t.is(open, 0, "and it is left again");
});

test("none: it is told what is missing, and that the clients run here", async (t) => {
  await t.throwsAsync(mustReach(site, straight, refuses), {
    name: "UserError",
    message:
      /^This machine reaches no database of "site": db1 \(10\.1\.0\.1:3306\): ETIMEDOUT; db2 \(10\.2\.0\.1:3306\): gone\. The suite's clients run here\..* Nothing was touched\.$/,
  });
});

/** Ways by SSH of web1 and web2; `said` is why a host can't connect to an address. */
const overSsh = (said: (host: string, address: string) => string | undefined) =>
  ({
    bySsh: true,
    hostsTo: ({ address }: { address: string }) => (address === "127.0.0.1" ? ["entry1"] : ["web1", "web2"]),
    explain: async (host: string, { address }: { address: string }) => said(host, address),
  }) as unknown as Ways;

test("over SSH one host by which one DNS server is reached is enough", async (t) => {
  const ways = overSsh((host, address) =>
    address.endsWith(".53") && `${host} ${address}` !== "web2 10.2.0.53"
      ? "connect failed: Connection refused"
      : undefined,
  );
  await t.notThrowsAsync(mustReach(site, ways, async () => session));
});

test("over SSH each way that is missing is named, with what ssh said of it", async (t) => {
  const ways = overSsh(() => "administratively prohibited: open failed");
  await t.throwsAsync(
    mustReach(site, ways, async () => session),
    {
      name: "UserError",
      message:
        /: 10\.1\.0\.53:53 \(by web1: administratively prohibited: open failed, by web2: administratively.*; 127\.0\.0\.1:8080 \(by entry1: .*AllowTcpForwarding/,
    },
  );
});

test("over SSH databases that are reached but let nobody in are told by what they said", async (t) => {
  await t.throwsAsync(
    mustReach(
      site,
      overSsh(() => undefined),
      refuses,
    ),
    {
      message: /db1 \(10\.1\.0\.1:3306\): ETIMEDOUT; db2/,
    },
  );
});
