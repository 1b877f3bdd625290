// The process in which a Pulumi program runs: it loads the program's own copy of the SDK, imports the program inside of a
// Stack, and tells the engine when it is through. It does what the SDK's own `cmd/run` does, without its mapping of stack
// traces to sources, which costs more than all the rest; Node runs TypeScript with its lines and columns unchanged.
//
// The folder of the project and the program's file are arguments; all else about the run comes through the environment,
// as the SDK reads it (PULUMI_NODEJS_*, PULUMI_CONFIG). Plain JavaScript, so that it starts at once.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { loadWhenUsed } from "../../core/loadWhenUsed.ts";

/** The exit code that says: failed, and the user was told why. */
const REPORTED = 32;

const [projectDir, main] = process.argv.slice(2);
const require = createRequire(join(projectDir, "package.json"));
// Half of the time that the SDK takes to load is npm's solver of dependencies, for functions that become a resource's inputs.
loadWhenUsed(createRequire(require.resolve("@pulumi/pulumi")), "@npmcli/arborist");
const { log, runtime, RunError, ResourceError } = require("@pulumi/pulumi");
process.setMaxListeners(30);
// The SDK sends half a dozen debug messages per resource, each a call to the engine, and waits for them at the end. The
// engine shows none of them: they repeat its answers, secrets in clear.
log.debug = async () => {};
// For each of hundreds of promises it takes a stack trace, to name the ones that never resolve; their labels will do.
const debuggable = require("@pulumi/pulumi/runtime/debuggable");
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (promise, label) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, label);
  } finally {
    Error.stackTraceLimit = limit;
  }
};

const reported = new Set();

/** Errors meant for users are told by their message, any other with its stack. */
function report(error) {
  // One error may reject many promises.
  if (reported.has(error)) return;
  reported.add(error);
  process.exitCode = REPORTED;
  const forUsers = RunError.isInstance(error) || error?.name === "UserError" || error?.hideStack;
  const message = forUsers ? error.message : `The program failed: ${inspect(error)}`;
  log.error(message, ResourceError.isInstance(error) ? error.resource : undefined);
}

process.on("uncaughtException", report);
process.on("unhandledRejection", report);

// When nothing is left to do (not before: timers and promises of the program may still register resources), the engine
// may begin with what the program has no longer. After an error that must not happen.
let signalled = false;
process.on("beforeExit", () => {
  if (signalled || reported.size > 0) return;
  signalled = true;
  runtime.disconnect(true);
});

/** The program's exports are the stack's outputs; a function as the default export is called for them. */
async function program() {
  const { "module.exports": commonJs, default: standard, ...named } = await import(pathToFileURL(main).href);
  const exported = commonJs ?? standard;
  if (exported === undefined) return named;
  if (commonJs === undefined && Object.keys(named).length > 0) {
    throw new RunError("The program has a default export and named ones: its outputs can come from only one of them.");
  }
  return typeof exported === "function" ? exported() : exported;
}

await runtime.runInPulumiStack(program);
