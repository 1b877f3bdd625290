/** What a Docker endpoint looks like, for messages. */
export const expectedEndpoint = '"ssh://[user@]host[:port]" or "unix:///var/run/docker.sock"';

/**
 * The address of a Docker daemon; undefined when it is none. Without a user the system's `ssh` finds one by its own configuration, so the
 * host may be an alias of it.
 */
export function parseEndpoint(text: string): URL | undefined {
  const isEndpoint =
    /^(unix:\/\/(\/[A-Za-z0-9_.+-]+)+|ssh:\/\/([A-Za-z0-9_][A-Za-z0-9_.+\\-]{0,63}@)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?)$/.test(
      text,
    );
  return isEndpoint && URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether an endpoint is a machine that is reached over SSH; else it is this one. */
export const isRemote = (endpoint: string): boolean => endpoint.startsWith("ssh:");
