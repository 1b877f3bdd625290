import { serve } from "../engine/plugin/serve.ts";
import { TrivetProvider } from "./provider.ts";

// Whoever started it ends it when nothing runs any more: an orderly exit keeps what Node compiled.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

await serve(new TrivetProvider());
