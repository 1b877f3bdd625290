import { proxy } from "../../components/proxy/facts.ts";
import { isRemote } from "../../core/endpoint.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";

/**
 * Where Icinga Web is, and as whom; the password only where somebody asked for it, since what is printed stays in logs and in a terminal's
 * history. Where the entry of real hosts listens on its own loopback, also how one comes there from the machine
 * that this is typed on.
 */
export function entryText(
  { environment, ...inventory }: Pick<Inventory, "environment" | "services" | "web">,
  showSecrets = false,
): string {
  const { url, login } = inventory.web;
  const password = showSecrets
    ? `password ${login.password}`
    : `password by: trivet output ${environment} inventory.web.login --show-secrets`;
  const text = `Icinga Web: ${url}   user ${login.user}   ${password}`;
  const { hostname, port } = new URL(url);
  const entry = servicesOf(inventory, proxy.name).find(({ endpoint }) => isRemote(endpoint));
  if (!entry || hostname !== "127.0.0.1") return text;
  return `${text}\n  on ${entry.host} alone; from here: ssh -N -L ${port}:127.0.0.1:${port} ${entry.endpoint}`;
}
