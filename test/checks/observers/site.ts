/** Hosts as in the lab's inventory. */
export const site = {
  hosts: [1, 2, 3].flatMap((n) => [
    { name: `db${n}`, address: `198.18.${n}.11`, domain: `fd${n}`, endpoint: "unix:///var/run/docker.sock", roles: [] },
    {
      name: `dns${n}`,
      address: `198.18.${n}.53`,
      domain: `fd${n}`,
      endpoint: "unix:///var/run/docker.sock",
      roles: [],
    },
  ]),
};
