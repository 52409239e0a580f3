import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';

await init;

const root = resolve(import.meta.dirname, '..', '..');
const self = readFileSync(import.meta.filename);

/** The built file of a source: that of `src/a.ts` is `dist/a.js`, in the server, the guard and the examples. Others are their own. */
function builtFile(path) {
  const [, place, rest] = /^(.*?)src\/(.+)\.ts$/.exec(relative(root, path)) ?? [];
  return place === undefined ? path : join(root, place, 'dist', `${rest}.js`);
}

/** The names that an ES module exports, without loading it. */
function exportsOf(file) {
  const source = readFileSync(file, 'utf8');
  const [imports, exports] = parse(source);
  const passedOn = imports
    .filter(({ ss, se }) => /^export\s*\*\s*from/.test(source.slice(ss, se)))
    .flatMap(({ n }) => exportsOf(exportedFile(n, file)))
    .filter((name) => name !== 'default');
  return [...new Set([...exports.map(({ n }) => n), ...passedOn])];
}

/** Where an `export * from` leads. */
function exportedFile(specifier, from) {
  const { resolve: resolveFrom } = createRequire(from);
  return specifier.startsWith('.') ? resolve(dirname(from), specifier) : resolveFrom(specifier);
}

/** An ES module with the exports of the same module as Node loads it. */
function esModule(file) {
  const exported = exportsOf(file).map((name) =>
    name === 'default' ? 'export default native.default;' : `export const ${name} = native.${name};`,
  );
  const url = JSON.stringify(pathToFileURL(file).href);
  return [`const native = await importNatively(${url});`, ...exported].join('\n');
}

const commonJs = (file) => `module.exports = requireNatively(${JSON.stringify(file)});`;

/** Puts a stub in the place of a module: what it exports comes from Node, which loads it once in a worker. */
export default {
  getCacheKey: (_source, path, { supportsStaticESM, supportsDynamicImport }) =>
    createHash('sha256')
      .update(self)
      .update(JSON.stringify([path, supportsStaticESM, supportsDynamicImport]))
      .update(readFileSync(builtFile(path)))
      .digest('hex'),

  process(source, path, { supportsStaticESM, supportsDynamicImport }) {
    const file = builtFile(path);
    if (supportsStaticESM) return { code: esModule(file) };
    // Jest asks without `import()` for its own modules only.
    return { code: supportsDynamicImport ? commonJs(file) : source };
  },
};
