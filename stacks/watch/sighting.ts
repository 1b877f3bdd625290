import type { WatchedHost } from "../../components/icinga/watched.ts";

/** A host to watch, and where it was written: `watched/dev.ini:12`. */
export type Sighting = WatchedHost & { place: string };
