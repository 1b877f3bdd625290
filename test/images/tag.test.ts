import test from "ava";
import { checkImageNames, imageNames, imageTag } from "../../images/index.ts";

test("each image has a tag, another one for each", (t) => {
  const tags = [...imageNames, ...checkImageNames].map(imageTag);
  t.is(new Set(tags).size, tags.length);
  for (const tag of tags) t.regex(tag, /^trivet\/[a-z]+:[0-9a-f]{12}$/);
});

test("one that there is not is refused by its name", (t) => {
  t.throws(() => imageTag("galeera" as never), {
    message: /^There is no image "galeera"; expected one of base, pod, chrony, consul, galera/,
  });
});
