import { serve } from "../plugin/serve.ts";
import { DockerProvider } from "./provider.ts";

// The engine answers Ctrl-C, with Cancel; this process lets running calls finish.
process.on("SIGINT", () => {});

await serve(new DockerProvider());
