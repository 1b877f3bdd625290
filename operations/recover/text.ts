import type { Evidence, Ground, NoRecovery, Stale } from "../../node/bootstrap/index.ts";

/** Why there is no plan. Programs decide by `reason`. */
export interface Refusal {
  reason: NoRecovery["reason"];
  /** What is wrong, and what to do. */
  text: string;
}

/** What is wrong, and what to do, in a sentence or two. */
export function refusalText(why: NoRecovery, nodes: readonly Evidence[]): string {
  const [host] = why.hosts;
  const { doing, detail } = nodes.find((node) => node.host === host) ?? { doing: "missing", detail: "" };
  switch (why.reason) {
    case "alive":
      return [
        `A primary component is alive: ${list(why.hosts)}. There is nothing to recover.`,
        ...(why.ours.length > 0
          ? [`Where ${list(why.ours)} does not run, start it, and it joins by itself (trivet up <environment>).`]
          : []),
        ...(why.foreign.length > 0
          ? [
              `${list(why.foreign)} has data of another cluster: save it if you want to, empty its volume, and start it.`,
            ]
          : []),
      ].join(" ");
    case "two-clusters":
      return why.running ? twoClustersRun(why) : twoClusters(why);
    case "missing": {
      const how = doing === "hung" ? "hangs" : "is missing";
      return `${host} ${how} (${detail}): it may have the newest data, or still serve clients. Bring it back, even if only to be looked at; if it is gone for good, accept the loss of what only it committed: --without ${host}`;
    }
    case "starting":
      return `${host} is starting (${detail}): ask again when it is Synced, or says what it waits for. If it stays like this, stop it, so that its position can be read: trivet stop <environment> galera, or docker stop on its host`;
    case "unreadable":
      return `The position of ${host} can't be read (${detail || doing}), and its data may be the newest: mend it (trivet logs <environment> galera --host ${host}), or accept the loss of what only it committed: --without ${host}`;
    case "interrupted":
      return `${list(why.hosts)}: a state transfer was interrupted, so what is there is nobody's data, and no other node has any. Bring back the node that they were copied from, or remove the volumes and restore a backup.`;
    case "no-data":
      return "No node has data: there is nothing to recover. Once all are started they make a new cluster by themselves.";
    case "left-out-is-ahead":
      return `${host} is to be left out, and has more than any other: ${why.seqno}, ${why.chosen.host} only ${why.chosen.seqno}. Its data can be read, so let it start: without --without ${host}`;
    case "members-unknown":
      return `The last view of ${host} had ${why.members} members, and only ${why.known} are known: nodes that were taken out of the settings may still run. Put them back into the settings, and ask again.`;
    case "stale":
      return `The data that is here may be old: ${staleText(why)}. Bring one of the missing nodes back; if they are lost for good, restore the newest backup, or a dump of this node, into a new cluster.`;
  }
}

type TwoClusters = NoRecovery & { reason: "two-clusters" };

function twoClustersRun({ clusters }: TwoClusters): string {
  const each = clusters.flatMap(({ uuid, hosts }) => hosts.map((host) => `${host}: ${uuid}`));
  return `Two clusters run at once (${each.join(", ")}). Stop the applications, decide which one is right, and stop the nodes of the other before they are written to again.`;
}

function twoClusters({ clusters, hosts: all }: TwoClusters): string {
  const each = clusters.map(({ uuid, hosts }) => `${uuid} on ${list(hosts)}`);
  const choices = clusters.map(({ hosts }) => `--without ${all.filter((host) => !hosts.includes(host)).join(",")}`);
  return `There is data of two clusters: ${each.join("; ")}. Their positions can't be compared. Decide which one is right, and leave the other out: ${choices.join(", or ")}. It stays as it is, for you to look at.`;
}

function staleText(why: Stale): string {
  switch (why.because) {
    case "later-view":
      return `${why.host} was not in the later view that ${why.witness} saw: the others went on without it`;
    case "transfer":
      return `a state transfer began on ${why.witness}${when(why.at)}, from a node that was ahead of ${why.host}`;
    case "outvoted":
      return `only ${membersText(why)}: the others may have gone on without it`;
    case "no-view":
      return `${why.host} crashed, and does not know its last view`;
    case "stopped-alone":
      return `${why.host} was stopped cleanly${when(why.at)}, which leaves the others to go on without it${why.safeToBootstrap ? "; that it was the last then (safe_to_bootstrap) says nothing of what came after" : ""}`;
  }
}

/** What a plan rests on, a sentence. */
export function groundText(why: Ground): string {
  switch (why.ground) {
    case "highest":
      return why.hosts.length > 1
        ? `${list(why.hosts)} have the same, highest position: the first by name starts.`
        : `${why.hosts[0]} has the highest position${why.only ? ", and is the only one with data" : ""}.`;
    case "view":
      return `${membersText(why)}: the others could not go on without them. Whether one of them was started anew since then can't be seen from here.`;
    case "stopped-together":
      return `${list(why.hosts)}, more than half of all, were stopped cleanly together${when(why.at)}. Whether another one went on alone can't be seen from here.`;
    case "lost":
      return (
        `What only ${list(why.hosts)} committed is lost. The cluster gets a new uuid, so that ${list(why.hosts)} can't come back with other data ` +
        "under the same name; all others take their data anew."
      );
  }
}

const list = (hosts: readonly string[]): string => hosts.join(", ");
const membersText = ({ host, here, members }: { host: string; here: number; members: number }) =>
  `${here} of the ${members} members of the last view of ${host} are here`;
const when = (seconds: number | undefined) =>
  seconds === undefined ? "" : ` at ${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
