import type { Rule } from "./rule.ts";

/** What says something of upstream servers has some to say it of, and domains without a proof are an exception from proofs. */
export const dnsRules: Rule = ({ dns = {} }) => {
  const { upstream = [], validate, unsigned = [], lookup = [] } = dns;
  const wanting = [
    ...(validate ? [{ where: "dns.validate", given: "true" }] : []),
    ...(lookup.length > 0
      ? [{ where: "dns.lookup", given: `${lookup.length === 1 ? "a name" : `${lookup.length} names`} to look up` }]
      : []),
  ];
  return [
    ...wanting
      .filter(() => upstream.length === 0)
      .map(({ where, given }) => ({
        where,
        given: `${given}, and no dns.upstream`,
        expected: "servers that know names outside .consul",
        mend: "name them under dns.upstream, or remove it",
      })),
    ...(unsigned.length > 0 && !validate
      ? [
          {
            where: "dns.unsigned",
            given: "domains that need no proof, and no dns.validate",
            expected: "dns.validate: true, without which no name needs one",
            mend: "add it, or remove dns.unsigned",
          },
        ]
      : []),
  ];
};
