export { bytesText, carry } from "./carry.ts";
export { type Delivery, deliveries, type Ids, type Needed, unequal } from "./plan.ts";
export { startRegistry } from "./registry.ts";
