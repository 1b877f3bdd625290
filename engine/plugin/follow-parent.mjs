// Preloaded into the engine's Node processes (`node --import`): the standard input is a pipe from the engine, and its end
// is the engine's end. Without this a provider would outlive an engine that was killed.
process.stdin.on("end", () => process.exit(1));
process.stdin.on("error", () => process.exit(1));
process.stdin.resume();
process.stdin.unref?.();
// An orderly exit, which keeps what was compiled.
process.on("SIGTERM", () => process.exit(0));
