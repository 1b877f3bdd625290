import { UserError } from "../../core/errors.ts";
import type { Say } from "../show/tasks.ts";
import { apt } from "./apt.ts";
import { docker, tagsPresent } from "./docker.ts";
import { findProgram } from "./programs.ts";
import type { Step } from "./step.ts";

const REPOSITORY = "trivet/debian";
export const SUITE = "trixie";
/** The Debian that all images stand on, wherever it came from. */
export const DEBIAN = `${REPOSITORY}:${SUITE}`;
const UPSTREAM = `debian:${SUITE}-slim`;
/** Milliseconds in which a registry must begin to answer, and in which more must come once it did. */
const PATIENCE = 6_000;
const SILENCE = 120_000;
/** A registry was reached that can't be trusted: it is no answer to go on without it. */
const UNTRUSTED = /x509|certificate|tls:/i;

export const baseImage: Step = {
  title: "Debian image",
  async check() {
    return (await tagsPresent()).has(DEBIAN) ? undefined : "pull it, or make it from the Debian mirror";
  },
  async make(say) {
    say(`asking the registry for ${UPSTREAM}`);
    if (await pulled(say)) return;
    say("no registry answers: making it from the Debian mirror", "lasting");
    await madeFromMirror(say);
  },
};

/** Pulls the image and tags it; false when no registry answers in time. */
async function pulled(say: Say): Promise<boolean> {
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const stream = await docker.createImage({ fromImage: UPSTREAM, abortSignal: patience.signal } as object);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        ({ status, progress }: { status?: string; progress?: string }) => {
          clearTimeout(timer);
          timer = setTimeout(() => patience.abort(), SILENCE);
          say([status, progress].filter(Boolean).join(" "));
        },
      );
    });
    await docker.getImage(UPSTREAM).tag({ repo: REPOSITORY, tag: SUITE });
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (UNTRUSTED.test(message)) {
      throw new UserError(
        `The registry's certificate for ${UPSTREAM} is not trusted by Docker: ${message}\n` +
          `Give Docker the certificate of your registry's authority (/etc/docker/certs.d), or provide the image: "docker load", then "docker tag ${UPSTREAM} ${DEBIAN}".`,
      );
    }
    say(`${UPSTREAM}: ${message}`, "lasting");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** A minimal Debian by mmdebstrap, from the mirror that this machine itself uses. Root only; about 20 s. */
async function madeFromMirror(say: Say): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new UserError(
      `No registry answers, and only root can make the Debian image from a mirror. Run this once as root, or provide it: "docker pull ${UPSTREAM} && docker tag ${UPSTREAM} ${DEBIAN}".`,
    );
  }
  if (!(await findProgram("mmdebstrap"))) await apt.install(["mmdebstrap", "debian-archive-keyring"], say);
  say(`mmdebstrap ${SUITE}`);
  const { execa } = await import("execa");
  const tarball = execa(
    "mmdebstrap",
    ["--variant=minbase", "--include=ca-certificates", SUITE, "-", ...sources(await apt.archives())],
    {
      stdin: "ignore",
      stdout: "pipe",
      buffer: { stdout: false },
    },
  );
  try {
    const [imported] = await Promise.all([
      docker.importImage(tarball.stdout, { repo: REPOSITORY, tag: SUITE }),
      tarball,
    ]);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(imported, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new UserError(
      `The Debian image could not be made: ${(stderr ?? message).trim().split("\n").slice(-5).join("\n  ")}\n` +
        `A mirror with Debian ${SUITE} must be reachable, or a registry with ${UPSTREAM}.`,
    );
  }
}

/**
 * The lines of sources.list for the image: the machine's own mirror, which may be the only one that it reaches. None where
 * the machine names no archive: mmdebstrap then takes Debian's own.
 */
export function sources({ main, security }: { main?: string; security?: string }): string[] {
  if (!main) return [];
  return [
    `deb ${main} ${SUITE} main`,
    `deb ${main} ${SUITE}-updates main`,
    ...(security ? [`deb ${security} ${SUITE}-security main`] : []),
  ];
}
