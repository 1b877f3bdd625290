import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { Upload } from "./args.ts";

/** The files as one archive, to be unpacked at `/`: owner root, folders made as needed by the daemon. */
export async function uploadArchive(uploads: Upload[]): Promise<Buffer> {
  const archive = pack();
  for (const upload of uploads) {
    archive.entry(
      { name: upload.file.replace(/^\/+/, ""), mode: modeOf(upload), mtime: new Date() },
      await contentOf(upload),
    );
  }
  archive.finalize();
  return buffer(archive);
}

/** 0644 unless told otherwise. */
function modeOf({ permissions, executable }: Upload): number {
  if (permissions) return Number.parseInt(permissions, 8);
  return executable ? 0o744 : 0o644;
}

async function contentOf({ content, contentBase64, source }: Upload): Promise<Buffer> {
  if (content) return Buffer.from(content);
  return contentBase64 ? Buffer.from(contentBase64, "base64") : readFile(source!);
}
