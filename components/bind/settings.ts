import { z } from "zod";
import { serverAddressSchema } from "../../core/address.ts";
import { domainSchema } from "../../core/names.ts";
import { unique } from "../../core/schema.ts";

/** Servers that are asked for all other names. */
export const forwardersSchema = unique(z.array(serverAddressSchema));

/** Names that a DNS server is asked for at each look: a few, since it is asked for all at once. */
export const lookupsSchema = unique(z.array(domainSchema).max(8, "expected 8 names at the most"));

/** Domains, each once. */
export const domainsSchema = unique(z.array(domainSchema));
