// Whoever reads a component's arguments in an editor sees what happens without each, and what it looks like.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import ts from "typescript";

const top = join(import.meta.dirname, "../..");
const sources = ["components", "core"].flatMap((room) =>
  readdirSync(join(top, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name)),
);
const interfaces = new Map<string, ts.InterfaceDeclaration>();
const aliases = new Map<string, ts.TypeNode>();
const classes = new Map<string, ts.ClassDeclaration>();
for (const file of sources) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  source.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node)) interfaces.set(node.name.text, node);
    if (ts.isTypeAliasDeclaration(node)) aliases.set(node.name.text, node.type);
    if (ts.isClassDeclaration(node) && node.name) classes.set(node.name.text, node);
  });
}

/** All names that `components/index.ts` gives to others. */
const exported = [
  ...readFileSync(join(top, "components/index.ts"), "utf8").matchAll(/export (?:type )?\{([^}]*)\}/g),
].flatMap(([, names]) => names!.split(",").map((name) => name.replace("type ", "").trim()));

const tags = (node: ts.Node) => ts.getJSDocTags(node).map(({ tagName }) => tagName.text);

interface Member {
  path: string;
  node: ts.PropertySignature;
}

/** Optional properties of a type: its own, those of what it extends, and those within. */
function optional(name: string, node: ts.Node, seen = new Set<ts.Node>()): Member[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) {
    const own = node.members.filter(ts.isPropertySignature).flatMap((member) => {
      const path = `${name}.${member.name.getText()}`;
      return [
        ...(member.questionToken ? [{ path, node: member }] : []),
        ...(member.type ? optional(path, member.type, seen) : []),
      ];
    });
    const parents = ts.isInterfaceDeclaration(node) ? (node.heritageClauses ?? []).flatMap(({ types }) => types) : [];
    return [...own, ...parents.flatMap((parent) => optional(name, parent, seen))];
  }
  if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const other = (ts.isTypeReferenceNode(node) ? node.typeName : node.expression).getText();
    const target = interfaces.get(other) ?? aliases.get(other);
    return [
      ...(target ? optional(other, target, seen) : []),
      ...(node.typeArguments ?? []).flatMap((argument) => optional(name, argument, seen)),
    ];
  }
  return ts.isFunctionTypeNode(node)
    ? []
    : node
        .getChildren()
        .flatMap((child) =>
          ts.isTypeNode(child) || child.kind === ts.SyntaxKind.SyntaxList ? optional(name, child, seen) : [],
        );
}

const args = exported.filter((name) => name.endsWith("Args"));

test("each optional argument says what happens without it, and gives an example", (t) => {
  const members = args.flatMap((name) => optional(name, interfaces.get(name)!));
  const paths = new Set(members.map(({ path }) => path));
  for (const known of [
    "GaleraClusterArgs.clusterName",
    "RunningSettings.evs",
    "ClockSettings.warning",
    "Mail.port",
    "Host.provider",
  ]) {
    t.true(paths.has(known), known);
  }
  const lacking = members.flatMap(({ path, node }) =>
    ["default", "example"].filter((tag) => !tags(node).includes(tag)).map((tag) => `${path}: @${tag}`),
  );
  t.deepEqual([...new Set(lacking)], []);
});

test("each argument of a component says what it is", (t) => {
  const silent = args.flatMap((name) =>
    interfaces
      .get(name)!
      .members.filter((member) => ts.getJSDocCommentsAndTags(member).length === 0)
      .map((member) => `${name}.${member.name!.getText()}`),
  );
  t.deepEqual(silent, []);
});

test("each constructor says that it throws", (t) => {
  const made = exported.filter((name) => classes.has(name) && name !== "UserError");
  t.true(made.length >= 11);
  const silent = made.filter((name) => {
    const making = classes.get(name)!.members.find(ts.isConstructorDeclaration);
    return !making || !tags(making).includes("throws");
  });
  t.deepEqual(silent, []);
});
