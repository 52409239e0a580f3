import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceCopy } from '../support/source-copy.js';
import type { Recipe } from './recipes.js';

/** A recipe as DEVELOPERS.md has it. */
export interface Written {
  readonly title: string;
  readonly count: number;
  readonly steps: readonly { readonly file: string; readonly text: string }[];
}

/** @throws Error with the title of the recipe if it cannot be followed */
export async function follow({ title, folder, edits }: Recipe, copy: SourceCopy): Promise<void> {
  try {
    if (folder !== undefined) await copy.add(folderOf(folder));
    for (const edit of edits) await copy.insert(edit);
  } catch (error) {
    throw new Error(`${title}: ${(error as Error).message}`, { cause: error });
  }
}

function folderOf(folder: string): string {
  return join(import.meta.dirname, folder);
}

/** Every file that a recipe adds or changes. */
export function filesOf({ folder, edits }: Recipe): string[] {
  const added =
    folder === undefined
      ? []
      : readdirSync(folderOf(folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
          /\.\w+$/.test(path),
        );
  return [...new Set([...added, ...edits.map(({ file }) => file)])];
}

/** Whether the file has the name that DEVELOPERS.md writes, in which `<…>` stands for a part of a name. */
export function isNamedBy(file: string, name: string): boolean {
  const pattern = name.replaceAll('.', '\\.').replace(/<\w+>/g, '[\\w-]+');
  return new RegExp(`^${pattern.replace(/^src\/\[\\w-\]\+\//, 'src/(?:[\\w-]+/)+')}$`).test(file);
}

/** The recipes: a heading with the number of files, and a numbered list whose items begin with a file. */
export function recipesIn(text: string): Written[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [, title = '', count] = /^(.+) \((\d+) files?\)$/m.exec(section) ?? [];
      const steps = [...section.matchAll(/^\d+\. `([^`]+)`: (.*)$/gm)];
      return {
        title,
        count: Number(count),
        steps: steps.map(([, file = '', words = '']) => ({ file, text: words })),
      };
    });
}
