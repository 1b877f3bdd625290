export * from "./decide.ts";
export * from "./evidence.ts";
export * from "./files.ts";
export * from "./order.ts";
export * from "./position.ts";
export * from "./reason.ts";
export * from "./recovery.ts";
export * from "./text.ts";
