import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { keeperConsulOf } from "../../../node/adapters/keeperConsul.ts";

/** An agent that a test answers for: by its status, or with a body. */
async function agent(
  t: ExecutionContext,
  answer: (what: string, response: ServerResponse) => void,
  services = ["galeradb"],
) {
  const asked: string[] = [];
  const said: string[] = [];
  const server = createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    answer(what, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const consul = keeperConsulOf({ api, cluster: "shop", node: "db1", services }, { say: (text) => said.push(text) });
  return { consul, asked, said };
}
const status = (code: number) => (_: string, response: ServerResponse) => response.writeHead(code).end("[]");
const checks = (all: unknown) => (what: string, response: ServerResponse) =>
  response.writeHead(200).end(what.endsWith("/checks") ? (typeof all === "string" ? all : JSON.stringify(all)) : "");
const kept = (Notes: unknown, service = "galeradb") => ({ [`_service_maintenance:${service}`]: { Notes } });
const out = "PUT /v1/agent/service/maintenance/galeradb?enable=true&reason=trivet%3A%20the%20node%20stops";
const back = "PUT /v1/agent/service/maintenance/galeradb?enable=false";

test("whether a report of its death stands", async (t) => {
  const { consul, asked } = await agent(t, status(200));
  t.true(await consul.reportStands());
  t.deepEqual(asked, ["GET /v1/kv/trivet/shop/dead/db1"]);
  t.false(await (await agent(t, status(404))).consul.reportStands());
  for (const code of [500, 403, 302]) t.is(await (await agent(t, status(code))).consul.reportStands(), undefined);
  t.is(await (await agent(t, (_, response) => response.destroy())).consul.reportStands(), undefined);
  t.is(await (await agent(t, () => {})).consul.reportStands(), undefined);
});

test("out of the name, by all of its services; what Consul does not take is told", async (t) => {
  const { consul, asked, said } = await agent(t, status(200));
  t.true(await consul.leaveName());
  t.deepEqual([asked, said], [[out], []]);
  const half = await agent(t, (what, response) => status(what.includes("/a?") ? 500 : 200)(what, response), ["a", "b"]);
  t.true(await half.consul.leaveName());
  t.deepEqual(half.said, ["leaves: Consul does not take a out of the name"]);
  t.false(await (await agent(t, status(500))).consul.leaveName());
  t.false(await (await agent(t, status(200), [])).consul.leaveName());
});

test("back in the name, and only out of what leaving did", async (t) => {
  const ours = await agent(t, checks({ ...kept("trivet: the node stops"), other: { Notes: 7 } }));
  t.true(await ours.consul.comeBack());
  t.deepEqual(ours.asked, ["GET /v1/agent/checks", back]);
  t.deepEqual(ours.said, ["back in the name: galeradb"]);
  for (const notes of ["somebody looks at its disk", "", 7, "x".repeat(1000)]) {
    const others = await agent(t, checks(kept(notes)));
    t.true(await others.consul.comeBack());
    t.deepEqual(others.asked, ["GET /v1/agent/checks"]);
    t.regex(others.said.join(), /^not back in the name yet: galeradb is in maintenance \(.{1,90}\)$/);
  }
  const none = await agent(t, checks({ "_service_maintenance:another": { Notes: "trivet: the node stops" } }));
  t.true(await none.consul.comeBack());
  t.deepEqual(none.asked, ["GET /v1/agent/checks"]);
  t.true(await (await agent(t, status(500), [])).consul.comeBack());
});

test("a Consul that does not answer yet is asked again", async (t) => {
  for (const answer of ["[]", "null", "{", "7"]) t.false(await (await agent(t, checks(answer))).consul.comeBack());
  t.false(await (await agent(t, status(500))).consul.comeBack());
  const refuses = (what: string, response: ServerResponse) =>
    what === back ? response.writeHead(500).end() : checks(kept("trivet: the node stops"))(what, response);
  const { consul, said } = await agent(t, refuses);
  t.false(await consul.comeBack());
  t.deepEqual(said, []);
});
