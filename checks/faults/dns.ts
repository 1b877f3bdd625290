import { bind, dnsPort } from "../../components/bind/facts.ts";
import { dropOn } from "./filter.ts";
import { containersOf, type Kind, parameter } from "./kind.ts";

const WRONG = "/etc/bind/wrong.zone";
const CONFIG = "/etc/bind/named.conf";
/** From which the container's start makes the one in use. */
const ORIGINAL = "/etc/trivet/bind/named.conf";
const reload = "kill -HUP $(cat /run/named/named.pid)";

export const dnsWrong: Kind = {
  name: "dns-wrong",
  title: "the server answers with an address where no database is (with: address)",
  levels: ["node", "domain", "all"],
  services: [bind.name],
  otherwise: "it answers no look-ups",
  script(targets) {
    const { name } = targets.inventory.database;
    // 192.0.2.0/24 belongs to nobody: nothing answers there.
    const address = parameter(targets, "address", /^\d+(\.\d+){3}$/, "192.0.2.1");
    const them = containersOf(targets, bind.name);
    const each = (script: string) => `for server in ${them}; do\n${script}\ndone`;
    const zone = `$TTL 1\n@ IN SOA localhost. root.localhost. 1 3600 600 86400 1\n@ IN NS localhost.\n@ IN A ${address}`;
    const clause = `zone "${name}" { type primary; file "${WRONG}"; };`;
    return {
      inject:
        each(`docker exec -i "$server" sh -ec 'cat > ${WRONG}; cp ${ORIGINAL} ${CONFIG}; echo "$1" >> ${CONFIG}; ${reload}' sh '${clause}' << 'END'
${zone}
END`),
      injected: each(
        `[ "$(docker exec "$server" dig +short +time=1 +tries=1 @127.0.0.1 ${name} A)" = ${address} ] || exit 1`,
      ),
      heal: each(`docker exec "$server" sh -c 'rm -f ${WRONG}; cp ${ORIGINAL} ${CONFIG}; ${reload}'`),
      healed:
        each(`! docker exec "$server" dig +short +time=1 +tries=1 @127.0.0.1 ${name} A | grep -qxF ${address} || exit 1
! docker exec "$server" grep -q ${WRONG} ${CONFIG} || exit 1`),
    };
  },
};

/** A TCP connection is still accepted: only what carries an answer is dropped. */
export const dnsSilent: Kind = {
  name: "dns-silent",
  title: "the server hears questions, and no answer leaves it",
  levels: ["node", "domain", "all"],
  services: [bind.name],
  otherwise: "it answers no look-ups",
  script: (targets) =>
    dropOn(targets, () => [
      { direction: "out", match: `-p udp --sport ${dnsPort}` },
      { direction: "out", match: `-p tcp --sport ${dnsPort} --tcp-flags PSH PSH` },
    ]),
};
