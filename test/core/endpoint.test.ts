import test from "ava";
import { endpointSchema } from "../../core/address.ts";
import { parseEndpoint } from "../../core/endpoint.ts";

const good = [
  "unix:///var/run/docker.sock",
  "ssh://admin@10.0.0.1",
  "ssh://admin@db1.example:2222",
  // A host of ~/.ssh/config, which may name the user and the port.
  "ssh://db1",
  "ssh://my_db:22",
];
const bad = [
  "",
  "unix://",
  "unix:///",
  "ssh://",
  "ssh://@db1",
  "ssh://admin:secret@db1",
  "ssh://db1/socket",
  "ssh://db1:99999",
  "ssh://a b",
  "tcp://db1:2375",
  "db1",
];

for (const text of good) {
  test(`"${text}" is an endpoint`, (t) => {
    t.is(parseEndpoint(text)?.href, text);
    t.true(endpointSchema.safeParse(text).success);
  });
}
for (const text of bad) {
  test(`"${text}" is none`, (t) => {
    t.is(parseEndpoint(text), undefined);
    t.false(endpointSchema.safeParse(text).success);
  });
}
