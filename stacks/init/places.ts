/** What is asked of a host to find failure domains among its inventory's groups. */
export interface Grouped {
  groups: readonly string[];
}

/** More are hardly what goes down together, and each needs a host that watches it. */
const most = 12;

/** Words that people name places by: `dc1`, `site_berlin`, `eu-zone-b`. */
const placeWord =
  /^(?:dc|datacent(?:er|re)|site|zone|az|region|room|rack|location|loc|fd|domain|building|hall|campus|city|country|office|plant|branch)s?\d*$/i;

/**
 * Groups that look like failure domains: named alike (`dc1`, `dc2`; `site_berlin`, `site_paris`), two at the least, every host in
 * exactly one of them. Sorted by name; the largest such family, and undefined when there is none.
 */
export function placesAmong(hosts: readonly Grouped[]): string[] | undefined {
  const names = [...new Set(hosts.flatMap(({ groups }) => groups))].sort();
  const families = Map.groupBy(
    names.flatMap((name) => stems(name).map((stem) => ({ name, stem }))),
    ({ stem }) => stem,
  );
  return [...families.values()]
    .map((family) => family.map(({ name }) => name))
    .filter((family) => family.length >= 2 && family.length <= most)
    .filter((family) => hosts.every(({ groups }) => groups.filter((group) => family.includes(group)).length === 1))
    .sort((a, b) => b.length - a.length)[0];
}

/** What a group's name has in common with those of its kin: all but its last number, or the word for a place at either end. */
function stems(name: string): string[] {
  const words = name.toLowerCase().split(/[-_.]/);
  const [first = "", last = ""] = [words[0], words.at(-1)];
  const counted = /^(.*?[^\d])\d+$/.exec(name.toLowerCase())?.[1];
  const lettered = /^(.*[-_.])[a-z]$/.exec(name.toLowerCase())?.[1];
  return [
    ...(counted !== undefined && words.some((word) => placeWord.test(word)) ? [`${counted}<number>`] : []),
    ...(lettered !== undefined && words.some((word) => placeWord.test(word)) ? [`${lettered}<letter>`] : []),
    ...(words.length > 1 && placeWord.test(first) ? [`${first}-<word>`] : []),
    ...(words.length > 1 && placeWord.test(last) ? [`<word>-${last}`] : []),
  ];
}

/** A group's name as that of a failure domain: lower-case letters, digits and `-`; none of `taken`. */
export function domainName(group: string, taken: readonly string[]): string {
  const plain =
    group
      .normalize("NFKD")
      .toLowerCase()
      .replace(/ß/g, "ss")
      .replace(/\p{M}/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 60)
      .replace(/^-+|-+$/g, "") || "place";
  let name = plain;
  for (let count = 2; taken.includes(name); count++) name = `${plain}${count}`;
  return name;
}
