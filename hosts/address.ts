/** A container, reached by its host's Docker endpoint alone. */
export interface ContainerAddress {
  /** `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`. */
  endpoint: string;
  /** Its name on that endpoint. */
  container: string;
}
