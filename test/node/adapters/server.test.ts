import { request } from "node:http";
import { connect } from "node:net";
import test, { type ExecutionContext } from "ava";
import { type NodeAnswers, portOf, serveHealth } from "../../../node/adapters/server.ts";

const fit = { state: "Synced", detail: "Primary, 3 nodes" };

async function serving(t: ExecutionContext, answers: Partial<NodeAnswers> = {}, limit?: number) {
  const all: NodeAnswers = {
    health: async () => ({ fit: true, said: fit }),
    consulCheck: async () => ({ state: "passing", said: "Primary 4 ON writable, clock right" }),
    diskCheck: async () => ({ state: "passing", said: "disk 12 % full" }),
    ...answers,
  };
  const server = await serveHealth(0, all, limit);
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server);
}

function ask(port: number, path: string, { method = "GET", body = "", headers = {} } = {}) {
  const { promise, resolve } = Promise.withResolvers<[status: number | undefined, body: string]>();
  const asked = request({ host: "127.0.0.1", port, path, method, headers }, async (response) => {
    let said = "";
    for await (const part of response) said += part;
    resolve([response.statusCode, said]);
  });
  asked.on("error", () => resolve([undefined, ""]));
  asked.end(body || undefined);
  return promise;
}

test.serial("health in its own words, and checks in Consul's terms", async (t) => {
  const checks = ["passing", "warning", "critical"] as const;
  let state: (typeof checks)[number] = "passing";
  let isFit = true;
  const port = await serving(t, {
    health: async () => ({ fit: isFit, said: fit }),
    consulCheck: async () => ({ state, said: `it is ${state}` }),
    diskCheck: async () => ({ state, said: `room: ${state}` }),
  });
  t.deepEqual(await ask(port, "/health"), [200, `${JSON.stringify(fit)}\n`]);
  isFit = false;
  t.deepEqual(await ask(port, "/health"), [503, `${JSON.stringify(fit)}\n`]);
  const statuses = [];
  for (state of checks) {
    const [status, said] = await ask(port, "/consul");
    t.is(said, `it is ${state}\n`);
    t.deepEqual(await ask(port, "/disk"), [status, `room: ${state}\n`]);
    statuses.push(status);
  }
  t.deepEqual(statuses, [200, 429, 503]);
});

test.serial("what hangs and what fails is critical, in time, and is begun once", async (t) => {
  let begun = 0;
  const port = await serving(
    t,
    {
      consulCheck: () => {
        begun += 1;
        return new Promise(() => {});
      },
      health: async () => {
        throw new Error("no socket");
      },
    },
    300,
  );
  const before = performance.now();
  const all = await Promise.all([1, 2, 3].map(() => ask(port, "/consul")));
  t.deepEqual(all, Array(3).fill([503, "no answer in time\n"]));
  t.true(performance.now() - before < 1_500);
  t.deepEqual(await ask(port, "/consul"), [503, "no answer in time\n"]);
  t.is(begun, 1);
  t.deepEqual(await ask(port, "/health"), [503, '{"state":"unknown","detail":"no socket"}\n']);
  t.deepEqual(await ask(port, "/disk"), [200, "disk 12 % full\n"]);
});

test.serial("other paths, methods, bodies and heads have no answer", async (t) => {
  const port = await serving(t);
  const status = async (...given: [string, object?]) => (await ask(port, ...given))[0];
  t.is(await status("/"), 404);
  t.is(await status("/consul/../health"), 404);
  t.is(await status("/consul?x[$(reboot)]"), 404);
  t.is(await status("/constructor"), 404);
  t.is(await status("/consul", { method: "DELETE" }), 405);
  t.is(await status("/consul", { method: "HEAD" }), 405);
  t.is(await status("/consul", { body: "x", headers: { "content-length": "1" } }), 413);
  // Or nothing, where it was still sending when it was told.
  const long = { body: "x".repeat(1_000_000), headers: { "transfer-encoding": "chunked" } };
  t.true([413, undefined].includes(await status("/consul", long)));
  t.is(await status("/consul", { headers: { x: "x".repeat(10_000) } }), 431);
  t.is(await status("/consul"), 200);
});

test.serial(
  "a thousand clients at once, and such that never end, hold nothing up for longer than a moment",
  async (t) => {
    let asked = 0;
    const port = await serving(
      t,
      {
        consulCheck: async () => {
          asked += 1;
          return { state: "passing", said: "fine" };
        },
      },
      500,
    );
    const crowd = Array.from({ length: 1_000 }, () => connect(port, "127.0.0.1"));
    const gone = crowd.map((socket, at) => {
      socket.on("error", () => {}).resume();
      if (at % 2 === 0) socket.write("GET /consul HTTP/1.1\r\nHost: x\r\nX: ");
      return new Promise((resolve) => socket.once("close", resolve));
    });
    await Promise.all(gone);
    t.is(asked, 0);
    t.deepEqual(await ask(port, "/consul"), [200, "fine\n"]);
  },
);
