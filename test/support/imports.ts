import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** The importing file, from the root. */
  readonly from: string;
  /** The imported file from the root, or a package. */
  readonly to: string;
}

export function foldersOf(top: string): string[] {
  return readdirSync(resolve(root, top), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** The imports that do not go down: up, across a row, or to a file that stands above the rows. */
export function breachesOf(
  top: string,
  imports: readonly Import[],
  rowsOfTop: readonly (readonly string[])[],
): Import[] {
  const rowOf = (folder: string): number => rowsOfTop.findIndex((row) => row.includes(folder));
  return imports.filter(({ from, to }) => {
    const [upper, lower] = [folderOf(top, from), folderOf(top, to)];
    if (upper === undefined || !to.startsWith(`${top}/`) || upper === lower) return false;
    return lower === undefined || rowOf(lower) <= rowOf(upper);
  });
}

export function filesOf(folder: string): string[] {
  return readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);
}

export function filesWith(folder: string, pattern: RegExp): string[] {
  return filesOf(folder).filter((path) => pattern.test(codeOf(path)));
}

/** A file's text without its comments. */
export function codeOf(path: string): string {
  return readFileSync(resolve(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

/** How many parameters stand before the parenthesis that closes them. */
export function parametersIn(text: string): number {
  const parameters = [''];
  let depth = 0;
  for (const character of text) {
    if ('([{<'.includes(character)) depth++;
    if (')]}>'.includes(character) && --depth < 0) break;
    if (character === ',' && depth === 0) parameters.push('');
    else parameters.push(`${parameters.pop()}${character}`);
  }
  return parameters.filter((parameter) => parameter.trim() !== '').length;
}

/** Imports and exports with a source, types included, and imports at run time. */
export function importsOf(folder: string): Import[] {
  const statement = /\b(?:(?:import|export)\s[^;'"]*?from|import\s*\(?)\s*'([^']+)'/g;
  return filesOf(folder).flatMap((from) =>
    [...codeOf(from).matchAll(statement)].map(([, source = '']) => ({
      from,
      to: source.startsWith('.') ? fileAt(from, source) : source,
    })),
  );
}

function fileAt(from: string, source: string): string {
  return relative(root, resolve(root, dirname(from), source)).replace(/\.js$/, '.ts');
}

export function folderOf(top: string, path: string): string | undefined {
  return path.startsWith(`${top}/`) ? /^([^/]+)\//.exec(path.slice(top.length + 1))?.[1] : undefined;
}

/** The files of the first circle found, or none. */
export function circleOf(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of targets.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
