import { chrony } from "../components/chrony/facts.ts";
import { supervisor } from "../components/galera/facts.ts";
import { factsOf, type Role } from "../components/services.ts";
import { type Domain, subnetsOf } from "../core/domain.ts";
import type { Inventory } from "../core/inventory.ts";
import type { ServiceFacts } from "../core/service.ts";

/** What a picture needs of an inventory. */
export type Pictured = Pick<Inventory, "environment" | "domains" | "hosts" | "services" | "watched">;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface HostBox extends Box {
  name: string;
  address: string;
  domain: string;
  /** What runs there, in words, line by line. */
  services: string[];
  /** Only watched: nothing of ours runs there. */
  foreign: boolean;
}

export interface Layout {
  width: number;
  height: number;
  domains: (Box & Domain)[];
  hosts: HostBox[];
  /** Titles of the rows, at the left. */
  rows: { title: string; y: number }[];
  /** Between the hosts of one row that keep each other's data. */
  links: { x1: number; y1: number; x2: number; y2: number; arrow?: boolean }[];
}

/** Rows from top to bottom: a host is in the row of the first of these roles that it has. */
const rows = [
  { role: "web", title: "Icinga Web", linked: false },
  { role: "master", title: "Monitoring", linked: true },
  { role: "database", title: "Database", linked: true },
  { role: "discovery", title: "Discovery", linked: true },
  { role: "satellite", title: "Satellites", linked: false },
  { role: "agent", title: "Watched", linked: false },
] satisfies { role: Role; title: string; linked: boolean }[];
const lastRow = rows.length - 1;

/** What runs beside nearly everything, and what only holds a network, would fill the boxes. */
const isDrawn = ({ name, kind }: ServiceFacts): boolean =>
  kind !== "network" && name !== chrony.name && name !== supervisor.name;

const margin = 24;
const titles = 92;
const boxWidth = 214;
/** Characters that fit into a line of a box. */
const lineLength = 36;
const boxHeight = (lines: number) => 32 + 18 * Math.max(1, lines);
const gap = { x: 36, y: 12 };
const head = 44;
const band = 40;

/** Where everything goes: a column for each failure domain, a row for each part; who only lets people in is above. */
export function layout(inventory: Pictured): Layout {
  const placed = placedHosts(inventory);
  const entrance = entranceDomain(inventory);
  const columns = inventory.domains.filter((domain) => domain !== entrance);
  const door = placed.find(({ domain }) => domain === entrance?.name);
  const doorHeight = door ? boxHeight(door.services.length) : 0;
  const top = margin + (door ? band + doorHeight + 2 * gap.y : 0);

  const cell = (domain: string, row: number) => placed.filter((host) => host.domain === domain && host.row === row);
  const stacked = (hosts: Placed[]) => hosts.reduce((sum, host) => sum + boxHeight(host.services.length) + gap.y, 0);
  const rowHeights = rows.map((_, row) => Math.max(0, ...columns.map(({ name }) => stacked(cell(name, row)))));
  const rowTops = rowHeights.map((_, row) =>
    rowHeights.slice(0, row).reduce((sum, height) => sum + height, top + head),
  );
  const bottom = rowHeights.reduce((sum, height) => sum + height, top + head);

  const columnWidth = boxWidth + 2 * gap.y;
  const columnX = (index: number) => margin + titles + index * (columnWidth + gap.x);
  const width = columnX(columns.length) - gap.x + margin;

  const boxed = (host: Placed, x: number, y: number): HostBox => ({
    ...host,
    x,
    y,
    width: boxWidth,
    height: boxHeight(host.services.length),
  });
  const hosts = columns.flatMap(({ name }, column) =>
    rows.flatMap((_, row) =>
      cell(name, row).map((host, index, all) =>
        boxed(host, columnX(column) + gap.y, rowTops[row]! + stacked(all.slice(0, index))),
      ),
    ),
  );
  const entranceBox = {
    x: margin + titles,
    y: margin,
    width: width - 2 * margin - titles,
    height: band + doorHeight + gap.y,
  };
  if (door) hosts.unshift(boxed(door, entranceBox.x + (entranceBox.width - boxWidth) / 2, margin + band));

  return {
    width,
    height: bottom + margin,
    domains: [
      ...(entrance ? [{ ...entrance, ...entranceBox }] : []),
      ...columns.map((domain, index) => ({
        ...domain,
        x: columnX(index),
        y: top,
        width: columnWidth,
        height: bottom - top,
      })),
    ],
    hosts,
    rows: rows.flatMap(({ title }, row) => (rowHeights[row]! > 0 ? [{ title, y: rowTops[row]! + 25 }] : [])),
    links: [...clusterLinks(inventory, hosts), ...ways(inventory, hosts)],
  };
}

interface Placed {
  name: string;
  address: string;
  domain: string;
  services: string[];
  foreign: boolean;
  row: number;
}

/** The domain, if any, of which all that we have is the one host that lets people in: it is drawn above the others. */
function entranceDomain({ domains, hosts, watched }: Pictured): Pictured["domains"][number] | undefined {
  return domains.find(({ name }) => {
    const [host, ...others] = hosts.filter(({ domain }) => domain === name);
    const alone = host && others.length === 0 && !watched.some(({ domain }) => domain === name);
    return alone && domains.length > 1 && host.roles.length === 1 && host.roles[0] === "entry";
  });
}

function placedHosts(inventory: Pictured): Placed[] {
  const { hosts, watched } = inventory;
  const own = hosts.map(({ name, address, domain, roles }) => {
    const row = rows.findIndex(({ role }) => roles.includes(role));
    const services = wrapped([...running(inventory, name), ...(roles.includes("time") ? ["time"] : [])]);
    return { name, address, domain, services, foreign: false, row: row < 0 ? lastRow : row };
  });
  const others = watched.filter(({ name }) => !hosts.some((host) => host.name === name));
  const foreign = others.map(({ name, address, domain }) => {
    const services = running(inventory, name);
    return {
      name,
      address,
      domain,
      services: services.length > 0 ? services : ["only watched"],
      foreign: true,
      row: lastRow,
    };
  });
  return [...own, ...foreign];
}

const running = ({ services }: Pictured, name: string) =>
  services
    .filter(({ host }) => host === name)
    .map(({ service }) => factsOf(service))
    .filter(isDrawn)
    .map(({ title }) => title);

/** As many words on a line as fit. */
function wrapped(parts: string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${part}` : part;
    if (lines.length > 0 && longer.length <= lineLength) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

const boxesWithRole = ({ hosts }: Pictured, boxes: HostBox[], role: Role) =>
  boxes.filter(({ name }) => hosts.some((host) => host.name === name && host.roles.includes(role)));

/** From each host of a cluster to its neighbour in the next domain. */
function clusterLinks(inventory: Pictured, boxes: HostBox[]): Layout["links"] {
  const middle = ({ y, height }: Box) => y + height / 2;
  return rows.flatMap(({ role, linked }) => {
    const nodes = linked ? boxesWithRole(inventory, boxes, role) : [];
    return nodes.slice(1).flatMap((node, index) => {
      const before = nodes[index]!;
      if (node.x <= before.x) return [];
      return [{ x1: before.x + before.width, y1: middle(before), x2: node.x, y2: middle(node) }];
    });
  });
}

/** From who lets people in to the web hosts below. */
function ways(inventory: Pictured, boxes: HostBox[]): Layout["links"] {
  const centre = ({ x, width }: Box) => x + width / 2;
  return boxesWithRole(inventory, boxes, "entry").flatMap((entry) =>
    boxesWithRole(inventory, boxes, "web")
      .filter(({ y }) => y > entry.y + entry.height)
      .map((web) => ({ x1: centre(entry), y1: entry.y + entry.height, x2: centre(web), y2: web.y, arrow: true })),
  );
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** An environment's failure domains, hosts and services as SVG. Brings its own background, light or dark as the reader's. */
export function picture(inventory: Pictured): string {
  const { width, height, domains, hosts, rows, links } = layout(inventory);
  const rect = ({ x, y, width, height }: Box, kind: string) =>
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;
  const text = (x: number, y: number, kind: string, words: string) =>
    `<text class="${kind}" x="${x}" y="${y}">${escaped(words)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`The environment ${inventory.environment}: ${domains.map(({ name }) => name).join(", ")}`)}">
<style>
  text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1b2733; }
  .ground { fill: #ffffff; }
  .domain { fill: #eef3f8; stroke: #9fb3c8; }
  .host { fill: #ffffff; stroke: #5b7c99; }
  .foreign { fill: none; stroke: #5b7c99; stroke-dasharray: 4 3; }
  .name { font-weight: 600; }
  .small { font-size: 11px; fill: #51677c; }
  .end { text-anchor: end; }
  .link { stroke: #2a7ab8; stroke-width: 2; fill: none; }
  .tip { fill: #2a7ab8; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .ground { fill: #0d1117; }
    .domain { fill: #161d26; stroke: #3d5166; }
    .host { fill: #1f2a36; stroke: #6f90ad; }
    .foreign { stroke: #6f90ad; }
    .small { fill: #9fb3c8; }
    .link { stroke: #58a6e0; }
    .tip { fill: #58a6e0; }
  }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
<rect class="ground" width="${width}" height="${height}" rx="12"/>
${domains
  .flatMap((domain) => [
    rect(domain, "domain"),
    text(domain.x + gap.y, domain.y + 26, "name", domain.name),
    text(domain.x + domain.width - gap.y, domain.y + 26, "small end", subnetsOf(domain).join(" ")),
  ])
  .join("\n")}
${rows.map(({ title, y }) => text(margin, y + 4, "small", title)).join("\n")}
${links
  .map(({ x1, y1, x2, y2, arrow }) =>
    // A way in turns between the boxes, where no text is.
    arrow
      ? `<path class="link" d="M${x1} ${y1}V${y1 + 1.5 * gap.y}H${x2}V${y2}" marker-end="url(#tip)"/>`
      : `<path class="link" d="M${x1} ${y1}L${x2} ${y2}"/>`,
  )
  .join("\n")}
${hosts
  .flatMap((host) => [
    rect(host, host.foreign ? "foreign" : "host"),
    text(host.x + 10, host.y + 21, "name", host.name),
    text(host.x + host.width - 10, host.y + 21, "small end", host.address),
    ...host.services.map((line, index) => text(host.x + 10, host.y + 39 + index * 18, "small", line)),
  ])
  .join("\n")}
</svg>
`;
}
