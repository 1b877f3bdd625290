/** Whether a text is a node's name, as settings and Galera's views have it. It becomes a word of scripts, of orders and of Consul's keys. */
export const isNodeName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text);

/** Whether a text has the form of an address, IPv4 or IPv6. */
export const isAddress = (text: string): boolean => /^[0-9A-Fa-f.:]{2,45}$/.test(text);
