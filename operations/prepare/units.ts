import { rulesPath } from "./firewall.ts";

/** Files that are the same on every host. */

export const sshdPath = "/etc/ssh/sshd_config.d/00-trivet.conf";
/** Programs of one host share a connection, but Docker's client and provider open one each, and several people may work at once. */
export const sshdLimits = { startups: 100, sessions: 100 };
export const sshdText = `# Trivet: Docker's client opens one connection per request.
MaxStartups ${sshdLimits.startups}:30:200
MaxSessions ${sshdLimits.sessions}
`;

export const orderPath = "/usr/local/lib/trivet/order";
export const hostUnit = "trivet-host.service";
/** Seconds: of a database 60, of those above and below it as much again. */
const STOP = 240;

/**
 * Orders shutdown and start: with live-restore the daemon leaves containers to systemd, which ends all of them at once, databases before
 * those that still write. Stopped before the units that it comes after.
 */
export const hostUnitText = `[Unit]
Description=Trivet: containers end in order before Docker does
After=docker.service containerd.service network-online.target time-sync.target remote-fs.target
Wants=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${orderPath} start
ExecStop=${orderPath} stop
TimeoutStartSec=300
TimeoutStopSec=${STOP}

[Install]
WantedBy=multi-user.target
`;

export const firewallUnit = "trivet-firewall.service";
/** nftables.service flushes all tables when it is loaded anew: then ours comes back. */
export const firewallUnitText = `[Unit]
Description=Trivet: what this host lets in
DefaultDependencies=no
After=nftables.service local-fs.target
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${rulesPath}
ExecReload=/usr/sbin/nft -f ${rulesPath}

[Install]
WantedBy=sysinit.target nftables.service
`;

export const dockerDropIn = "/etc/systemd/system/docker.service.d/trivet.conf";
/** Longer than the daemon's own shutdown-timeout. */
export const dockerDropInText = `[Service]
TimeoutStopSec=120
`;

export const unitPath = (unit: string): string => `/etc/systemd/system/${unit}`;
