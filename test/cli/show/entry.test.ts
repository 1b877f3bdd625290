import test from "ava";
import { entryText } from "../../../cli/show/entry.ts";
import type { Inventory } from "../../../core/inventory.ts";

const at = (url: string, endpoint: string) =>
  entryText(
    {
      environment: "dev",
      web: { url, login: { user: "admin", password: "p" } },
      services: [{ service: "proxy", host: "north2", endpoint }],
    } as unknown as Inventory,
    true,
  );

test("a lab's entry is on this machine", (t) => {
  t.is(
    at("http://127.0.0.1:8080", "unix:///var/run/docker.sock"),
    "Icinga Web: http://127.0.0.1:8080   user admin   password p",
  );
});

test("an entry that listens on an address of its host", (t) => {
  t.is(
    at("http://192.0.2.12:8080", "ssh://trivet@192.0.2.12"),
    "Icinga Web: http://192.0.2.12:8080   user admin   password p",
  );
});

test("one that only its own host reaches is come to by SSH", (t) => {
  t.is(
    at("http://127.0.0.1:8080", "ssh://trivet@192.0.2.12:2222"),
    "Icinga Web: http://127.0.0.1:8080   user admin   password p\n" +
      "  on north2 alone; from here: ssh -N -L 8080:127.0.0.1:8080 ssh://trivet@192.0.2.12:2222",
  );
});

test("without leave to show it, how one gets the password", (t) => {
  const web = { url: "http://127.0.0.1:8080", login: { user: "admin", password: "p" } };
  t.is(
    entryText({ environment: "dev", web, services: [] } as unknown as Inventory),
    "Icinga Web: http://127.0.0.1:8080   user admin   password by: trivet output dev inventory.web.login --show-secrets",
  );
});
