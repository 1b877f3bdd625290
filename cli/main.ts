import { end, endWithReader } from "./pipes.ts";
import { run } from "./run.ts";

endWithReader();
process.exitCode = await run(process.argv.slice(2));
await end();
