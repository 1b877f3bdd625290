import type { Files } from "./compare.ts";

/** A large inventory: groups of groups, variables at each level, a file of variables for every group and tenth host. */
export function largeInventory(hosts: number, groups: number): Files {
  const name = (index: number) => `host${String(index).padStart(5, "0")}.site.example`;
  const group = (index: number) => `group${index % groups}`;
  const sections = Array.from({ length: groups }, (_, index) => [
    `[${group(index)}]`,
    ...Array.from({ length: Math.ceil(hosts / groups) }, (_, at) => index + at * groups)
      .filter((host) => host < hosts)
      .map((host) => `${name(host)} ansible_host=10.${host >> 8}.${host & 255}.1 rack=${host % 40}`),
    `[${group(index)}:vars]`,
    `level=${index}`,
    `limits=[1, 2, ${index}]`,
    ...(index > 0 ? [`[${group(Math.floor((index - 1) / 4))}:children]`, group(index)] : []),
  ]);
  const files: Files["files"] = { hosts: sections.flat().join("\n") };
  for (let index = 0; index < groups; index++) files[`group_vars/${group(index)}.yml`] = `a: ${index}\nb: [x, y]\n`;
  for (let index = 0; index < hosts; index += 10) files[`host_vars/${name(index)}.yml`] = `c: ${index}\n`;
  return { files, sources: ["hosts"] };
}
