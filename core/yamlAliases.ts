import { type Alias, type Document, visit } from "yaml";

/** What each alias stands for: the last anchor of its name above it. `refuse` is told of those that stand for nothing, and why. */
export function aliasTargets(
  document: Document,
  refuse: (alias: Alias, expected: string) => void,
): Map<unknown, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, {
    Alias(_, alias, path) {
      const target = anchors.get(alias.source);
      if (target === undefined) refuse(alias, `an anchor &${alias.source} above it`);
      else if ((path as readonly unknown[]).includes(target))
        refuse(alias, "an alias of something that it is no part of");
      else targets.set(alias, target);
    },
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}
