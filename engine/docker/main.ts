import { serve } from "./service.ts";

// The plugin protocol: the first line on standard output is the port. The standard input is a pipe from the engine: its
// end means that the engine has ended, however that happened.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();

// The engine answers Ctrl-C, with Cancel; this process lets running calls finish.
process.on("SIGINT", () => {});

process.stdout.write(`${await serve()}\n`);
