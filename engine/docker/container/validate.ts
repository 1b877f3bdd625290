import { parseDuration } from "../../../core/goDuration.ts";
import type { Failure } from "../../plugin/provider.ts";
import { isUnknown, type Props, type Value } from "../../wire/values.ts";
import { argsOf } from "./args.ts";

const known = (value: Value | undefined): boolean => value !== undefined && !isUnknown(value);
const text = (value: string | undefined): value is string => known(value);

/** Mistakes that the daemon or the real provider would refuse only in the middle of a run. */
export function validate(inputs: Props): Failure[] {
  const args = argsOf(inputs);
  const failures: Failure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });

  if (text(args.restart) && !/^(no|on-failure|always|unless-stopped)$/.test(args.restart)) {
    fail("restart", `"restart" is "${args.restart}"; expected no, on-failure, always or unless-stopped.`);
  }
  for (const key of ["interval", "timeout", "startPeriod", "startInterval"] as const) {
    const value = isUnknown(inputs.healthcheck) ? undefined : args.healthcheck?.[key];
    if (text(value) && parseDuration(value) === undefined) {
      fail(
        `healthcheck.${key}`,
        `"healthcheck.${key}" is "${value}"; expected a duration with a unit, such as 5s or 1m30s.`,
      );
    }
  }
  if (args.start === false && args.wait === true) {
    fail(
      "wait",
      '"wait" is true although "start" is false: a container that is not started gets no healthier. Leave one out.',
    );
  }
  for (const [index, upload] of elements(args.uploads).entries()) {
    const place = `uploads[${index}]`;
    const sources = [upload.content, upload.contentBase64, upload.source].filter(
      (value) => value !== undefined && value !== "",
    );
    if (sources.length !== 1) {
      fail(
        place,
        `"${place}" (${upload.file}) has ${sources.length} of content, contentBase64 and source; expected exactly one, not empty.`,
      );
    }
    if (text(upload.permissions) && !/^0[0-7]{3}$/.test(upload.permissions)) {
      fail(
        `${place}.permissions`,
        `"${place}.permissions" is "${upload.permissions}"; expected four octal digits, such as 0644.`,
      );
    }
  }
  for (const [index, volume] of elements(args.volumes).entries()) {
    if (!volume.containerPath === !volume.fromContainer) {
      fail(`volumes[${index}]`, `"volumes[${index}]" needs either containerPath or fromContainer, and not both.`);
    }
  }
  return failures;
}

const elements = <T>(items: T[] | undefined): T[] =>
  Array.isArray(items) ? items.filter((item) => typeof item === "object") : [];
