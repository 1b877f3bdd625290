import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { password, symmetricKey } from "../../../components/keys/random.ts";
import { workingMocks } from "../provided.ts";

await pulumi.runtime.setMocks(workingMocks);
const value = (output: pulumi.Output<string>) => new Promise<string>((resolve) => output.apply(resolve));

test("a password is 48 hexadecimal digits, secret, and no other's", async (t) => {
  const [one, other] = [password("one"), password("other")];
  t.regex(await value(one), /^[0-9a-f]{48}$/);
  t.not(await value(one), await value(other));
  t.true(await pulumi.isSecret(one));
});

test("a key is 256 bits in base64, and secret", async (t) => {
  const key = symmetricKey("key");
  t.is(Buffer.from(await value(key), "base64").length, 32);
  t.true(await pulumi.isSecret(key));
});
