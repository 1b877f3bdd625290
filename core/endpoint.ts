/** What a Docker endpoint looks like, for messages. */
export const expectedEndpoint = '"ssh://[user@]host[:port]" or "unix:///var/run/docker.sock"';

/**
 * The address of a Docker daemon; undefined when it is none. Without a user the system's `ssh` finds one by its own configuration, so the
 * host may be an alias of it.
 */
export function parseEndpoint(text: string): URL | undefined {
  const isEndpoint = /^(unix:\/\/\/\S+|ssh:\/\/([^\s@/:]+@)?[^\s@/:]+(:\d{1,5})?)$/.test(text);
  return isEndpoint && URL.canParse(text) ? new URL(text) : undefined;
}
