import test from "ava";
import { Redactor } from "../../engine/deployment/redactor.ts";
import { secret } from "../../engine/wire/values.ts";
import { nasty } from "../components/nasty.ts";

test("a secret that begins another one leaves nothing of that", (t) => {
  const redactor = new Redactor();
  redactor.learn([secret("hush-hush"), secret("hush-hush-hush")]);
  t.is(redactor.redact("hush-hush-hush hush-hush"), "[secret] [secret]");
});

test("a secret is taken out of a message, also as it stands in JSON that is quoted", (t) => {
  for (const password of nasty.filter(({ length }) => length >= 6)) {
    const redactor = new Redactor();
    redactor.learn({ password: secret(password) });
    t.is(redactor.redact(`refused: ${password}.`), "refused: [secret].");
    t.is(redactor.redact(`refused: ${JSON.stringify({ password })}.`), 'refused: {"password":"[secret]"}.');
  }
});
