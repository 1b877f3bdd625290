/**
 * A value in a file of MariaDB's options, quoted as both of its readers (the server's clients and Connector/C) take it: without
 * quotes `#` ends it, and a backslash is `\s`, `\n` or itself. It has no control characters.
 */
export const optionValue = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
