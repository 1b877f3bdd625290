import { Module } from "node:module";

/**
 * Lets a CommonJS library load what it rarely needs only when it uses it: its `require` gets a stand-in, which becomes the module
 * at the first call, construction or look at a property. Nothing happens where there is no such module.
 *
 * @param require that of a file of the library
 */
export function loadWhenUsed(require: NodeJS.Require, name: string): void {
  let path: string;
  try {
    path = require.resolve(name);
  } catch {
    return;
  }
  if (require.cache[path]) return;
  const stub = Object.assign(new Module(path), { filename: path, loaded: true });
  const real = () => {
    if (require.cache[path] === stub) delete require.cache[path];
    return require(path);
  };
  // A function, since only such a stand-in can be called and constructed.
  stub.exports = new Proxy(function standIn() {}, {
    // What TypeScript compiled asks for this first, and takes what has it as it is.
    get: (_, key) => key === "__esModule" || Reflect.get(real(), key),
    apply: (_, self, args) => Reflect.apply(real(), self, args),
    construct: (_, args) => Reflect.construct(real(), args),
  });
  require.cache[path] = stub;
}
