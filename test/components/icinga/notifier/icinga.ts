import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Watched {
  state: number;
  /** Seconds since 1970. */
  changed: number;
  checked: number;
  told: Record<string, boolean>;
  /** When Icinga last told of a problem of it, on whichever master; seconds since 1970. */
  sent?: number;
}

/** In place of a master's API: as much of it as the notifier asks, over objects that a test sets. */
export class Icinga {
  readonly objects = new Map<string, Watched>();
  readonly asked: { path: string; names: string[] }[] = [];
  /** Checks that the notifier asked for and that have not been done, at the most at a time. */
  mostChecks = 0;
  /** The state that a check finds which the notifier asked for; unchanged by default. */
  found: (name: string) => number | undefined = () => undefined;
  /** False: it does not take what was told. */
  takes = true;
  connected = ["mon2"];
  private checks = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer(async (request, response) => {
      const { status, results } = this.answer(request, JSON.parse((await text(request)) || "{}"));
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ results }));
    });
  }

  static async start(): Promise<Icinga> {
    const icinga = new Icinga();
    await new Promise<void>((resolve) => icinga.server.listen(0, "127.0.0.1", resolve));
    return icinga;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  set(name: string, state: number, changed = Date.now() / 1000): void {
    this.objects.set(name, { told: {}, ...this.objects.get(name), state, changed, checked: changed });
  }

  /** The other master calls its own notification command, so the entry is in its queue. */
  sentElsewhere(name: string): void {
    this.objects.get(name)!.sent = Date.now() / 1000;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, body: Record<string, unknown>): { status: number; results: unknown[] } {
    const path = request.url!;
    const names = Object.keys((body.filter_vars as { names?: object } | undefined)?.names ?? {}).map((name) =>
      name.replace(/!notify$/, ""),
    );
    this.asked.push({ path, names });
    const known = names.filter((name) => this.objects.has(name));
    if (path === "/v1/objects/notifications" && !String(body.filter).includes("names.contains")) {
      const keys = Object.values((body.filter_vars ?? {}) as Record<string, string>);
      const left = [...this.objects].filter(([, { state, told }]) => state !== 0 || keys.some((key) => told[key]));
      return { status: left.length ? 200 : 404, results: left.map(([name]) => this.shown(name)) };
    }
    if (path === "/v1/status/ApiListener") {
      const zones = { master: { endpoints: ["mon1", "mon2"] }, fd1: { endpoints: ["sat1"] } };
      const api = { identity: "mon1", conn_endpoints: this.connected, zones };
      return { status: 200, results: [{ status: { api } }] };
    }
    if (path === "/v1/actions/reschedule-check") {
      this.check(known);
      return { status: 200, results: known.map(() => ({ code: 200 })) };
    }
    if (request.headers["x-http-method-override"] !== "GET") {
      if (!this.takes) return { status: 503, results: [] };
      const [[key, value]] = Object.entries(body.attrs as Record<string, boolean>) as [[string, boolean]];
      for (const name of known) this.objects.get(name)!.told[key.replace("vars.", "")] = value;
      return { status: 200, results: known.map(() => ({ code: 200 })) };
    }
    return { status: known.length ? 200 : 404, results: known.map((name) => this.shown(name)) };
  }

  private check(names: string[]): void {
    this.checks += names.length;
    this.mostChecks = Math.max(this.mostChecks, this.checks);
    setTimeout(() => {
      this.checks -= names.length;
      for (const name of names) {
        const object = this.objects.get(name)!;
        const state = this.found(name);
        if (state !== undefined && state !== object.state) this.set(name, state);
        object.checked = Date.now() / 1000;
        this.objects.get(name)!.checked = object.checked;
      }
    }, 30);
  }

  private shown(name: string) {
    const { state, changed, checked, told, sent = 0 } = this.objects.get(name)!;
    const [host, service] = name.split("!");
    const attributes = {
      state,
      state_type: 1,
      last_hard_state_change: changed,
      last_check_result: { execution_start: checked, output: "it says so" },
    };
    return {
      attrs: {
        vars: Object.keys(told).length ? told : null,
        host_name: host,
        service_name: service ?? "",
        last_problem_notification: sent,
        notified_problem_users: sent ? ["pager"] : [],
      },
      joins: { [service ? "service" : "host"]: attributes },
    };
  }
}

export async function text(request: IncomingMessage): Promise<string> {
  let all = "";
  for await (const chunk of request) all += chunk;
  return all;
}
