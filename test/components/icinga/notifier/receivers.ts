import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { text } from "./icinga.ts";

export interface Told {
  object: string;
  type: string;
  state: string;
  from: string;
  output: string;
}

/** Takes webhooks as a pager does. */
export class Pager {
  readonly told: Told[] = [];
  readonly methods: string[] = [];
  readonly ids: string[] = [];
  /** Requests at a time, at the most. */
  most = 0;
  status = 204;
  /** Milliseconds until it answers. */
  takes = 0;
  private open = 0;
  private server = this.make();
  private port = 0;

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Until `start`, nobody is there. */
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.server = this.make();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?key=s3cret`;
  }

  private make() {
    return createServer(async (request, response) => {
      this.open += 1;
      this.most = Math.max(this.most, this.open);
      this.methods.push(request.method!);
      this.ids.push(String(request.headers["idempotency-key"]));
      const body = await text(request);
      await new Promise((resolve) => setTimeout(resolve, this.takes));
      this.open -= 1;
      if (this.status === 204 && body) this.told.push(JSON.parse(body));
      response.writeHead(this.status).end();
    });
  }
}

/** Takes mail as an SMTP server does, without a login. */
export class Mailbox {
  readonly mails: { to: string[]; text: string }[] = [];
  /** How it greets: 220, or 421 to take none. */
  greeting = "220 mail.test";
  private readonly server = createTcpServer((socket) => this.serve(socket));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }

  private serve(socket: Socket): void {
    const say = (line: string) => socket.write(`${line}\r\n`);
    let to: string[] = [];
    let mail: string[] | undefined;
    let rest = "";
    say(this.greeting);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (mail) {
          if (line !== ".") mail.push(line);
          else {
            this.mails.push({ to, text: mail.join("\n") });
            [to, mail] = [[], undefined];
            say("250 taken");
          }
        } else if (/^DATA/i.test(line)) {
          mail = [];
          say("354 go on");
        } else {
          const address = /^RCPT TO:<(.*)>/i.exec(line);
          if (address) to.push(address[1]!);
          say("250 ok");
        }
      }
    });
  }
}
