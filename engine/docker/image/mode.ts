const LETTERS: [number, string][] = [
  [0o4000, "u"],
  [0o2000, "g"],
  [0o1000, "t"],
];

/** A file's mode as Go prints it (`-rw-r--r--`, `Lrwxrwxrwx`): part of the real provider's context digest. */
export function modeString(mode: number, isLink: boolean): string {
  const special = (isLink ? "L" : "") + LETTERS.flatMap(([bit, letter]) => (mode & bit ? letter : "")).join("");
  const permissions = "rwxrwxrwx".replace(/./g, (letter, at: number) => (mode & (0o400 >> at) ? letter : "-"));
  return (special || "-") + permissions;
}
