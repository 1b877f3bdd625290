import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { monotonic } from "../../../node/adapters/clock.ts";
import { consulOf } from "../../../node/adapters/consul.ts";
import type { Store } from "../../../node/supervisor/situation.ts";

const uuid = "6e1b1e0a-0000-11f0-9f5c-000000000001";
const session = "b7b5ac93-0000-11f0-9f5c-000000000001";

interface Asked {
  what: string;
  body: unknown;
  token: unknown;
}

/** An agent that a test answers for. */
async function agent(
  t: ExecutionContext,
  answer: (what: string, response: ServerResponse, count: number) => void,
  token?: string,
) {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const part of request) body += part;
    const what = `${request.method} ${request.url}`;
    asked.push({ what, body: /^[[{]/.test(body) ? JSON.parse(body) : body, token: request.headers["x-consul-token"] });
    answer(what, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const self = { name: "db1", address: "198.18.1.11" };
  // Nobody waits for what only gives a busy agent time.
  const clock = { ...monotonic, sleep: (_: number, signal: AbortSignal) => monotonic.sleep(1, signal) };
  const config = { api, cluster: "shop", self, port: 3306, service: "db", writer: "db-writer", token };
  return { asked, consul: consulOf(config, clock) };
}
const says = (response: ServerResponse, status: number, body: unknown, index?: number | string) => {
  if (index !== undefined) response.setHeader("X-Consul-Index", String(index));
  response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
};
const base64 = (text: string) => Buffer.from(text).toString("base64");
const dead = (index: number) => [{ Key: "trivet/shop/dead/db2", Value: base64(uuid), ModifyIndex: index }];

test("the store is told when it changes, and when it can't be asked; an index that goes back begins anew", async (t) => {
  const over = new AbortController();
  const script: [number, unknown, (number | string)?][] = [
    [404, "", 3],
    [200, dead(7), 7],
    // The same, under another number.
    [200, dead(7), 9],
    [500, "no leader"],
    [500, "no leader"],
    [200, "not JSON", 9],
    [200, dead(7), 9],
    [200, dead(2), 2],
    [200, dead(2), "x[$(id)]"],
  ];
  const { asked, consul } = await agent(t, (_, response, count) => {
    const [status, body, index] = script[count - 1] ?? [];
    if (status === undefined) over.abort();
    else says(response, status, body, index);
  });
  const told: (number[] | undefined)[] = [];
  const indexes = (store?: Store) => store?.reports.map(({ index }) => index);
  await consul.watchStore((read) => told.push(indexes(read?.value)), over.signal);
  t.deepEqual(told, [[], [7], undefined, [7], [2], undefined]);
  t.deepEqual(
    asked.map(({ what }) => /index=(\d+)/.exec(what)?.[1]),
    ["0", "3", "7", "9", "0", "0", "0", "9", "0", "0"],
  );
  t.is(asked[0]!.what, "GET /v1/kv/trivet/shop/?recurse&index=0&wait=3s");
});

test("lock and name change together, in one transaction", async (t) => {
  const { asked, consul } = await agent(t, (_, response) => says(response, 200, {}), "the-token");
  t.true(await consul.nameWriter(session));
  t.deepEqual(asked, [
    {
      what: "PUT /v1/txn",
      token: "the-token",
      body: [
        { KV: { Verb: "lock", Key: "trivet/shop/writer", Value: base64("198.18.1.11"), Session: session } },
        { Node: { Verb: "set", Node: { Node: "db-writer", Address: "198.18.1.11" } } },
        {
          Service: {
            Verb: "set",
            Node: "db-writer",
            Service: { ID: "db-writer", Service: "db-writer", Address: "198.18.1.11", Port: 3306 },
          },
        },
      ],
    },
  ]);
  await consul.releaseWriter(session);
  await consul.unnameWriter(42);
  await consul.closeReport(7);
  await consul.reportCleared("db2", uuid, 8);
  const verbs = asked
    .slice(1)
    .map(({ body }) => (body as Record<string, { Verb: string }>[]).map((each) => Object.values(each)[0]!.Verb));
  t.deepEqual(verbs, [
    ["unlock"],
    ["check-index", "set", "delete"],
    ["delete-cas", "delete-tree"],
    ["check-index", "set"],
  ]);
});

test("what Consul did not take was not done, whatever its status", async (t) => {
  const cases: [number, string][] = [
    [200, "false"],
    [409, "true"],
    [500, "true"],
    [200, "x".repeat(100)],
  ];
  for (const [status, body] of cases) {
    const { consul } = await agent(t, (_, response) => says(response, status, body));
    t.false(await consul.report(uuid));
    t.false(await consul.endSession(session));
    if (status !== 200) t.false(await consul.nameWriter(session));
  }
  const { asked, consul } = await agent(t, (_, response) => says(response, 200, "true\n"));
  t.true(await consul.report(uuid));
  t.is(asked[0]!.what, "PUT /v1/kv/trivet/shop/dead/db1?cas=0");
  t.regex(asked[0]!.body as string, new RegExp(`^${uuid} \\d+$`));
});

test("our session of a former life is found, or a new one is made", async (t) => {
  const former = await agent(t, (_, response) => says(response, 200, [{ ID: session, Name: "db-writer" }]));
  t.is(await former.consul.openSession(), session);
  const none = await agent(t, (what, response) => says(response, 200, what.startsWith("GET") ? [] : { ID: session }));
  t.is(await none.consul.openSession(), session);
  t.like(none.asked[1]!.body as object, {
    LockDelay: "0s",
    NodeChecks: ["serfHealth"],
    ServiceChecks: [{ ID: "db-fit" }],
  });
  const refused = await agent(t, (_, response) => says(response, 500, "no"));
  t.is(await refused.consul.openSession(), undefined);
  // Nothing is known of it then.
  t.true(await refused.consul.sessionStands(session));
  const gone = await agent(t, (_, response) => says(response, 200, []));
  t.false(await gone.consul.sessionStands(session));
});

test("an answer that is too long is none", async (t) => {
  const { consul } = await agent(t, (_, response) => says(response, 200, "x".repeat(2_000_000)));
  t.is(await consul.openSession(), undefined);
});
