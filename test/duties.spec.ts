import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { duties } from './duties.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A text in quotes that begins with a duty's number: the title of a test, of a group, or of a row of a table. */
const title =
  /(?<skipped>\.(?:skip|todo)\(\s*)?(["'`])(?<ids>[A-O]\d{1,2}(?:(?:, | and )[A-O]\d{1,2})*)[ :]/g;

/** Where each number stands in a title. */
const tested = new Map<string, Set<string>>();
for (const folder of ['test', 'packages/guard/test']) {
  for (const file of readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.spec.ts')) continue;
    for (const { groups } of readFileSync(resolve(root, folder, file), 'utf8').matchAll(title)) {
      if (groups?.skipped !== undefined) continue;
      for (const id of groups?.ids?.split(/, | and /) ?? []) {
        tested.set(id, (tested.get(id) ?? new Set()).add(file));
      }
    }
  }
}

describe('The duties', () => {
  it.each(duties.map(({ id, says }) => [id, says]))('%s has a test: %s', (id) => {
    expect([...(tested.get(id) ?? [])]).not.toEqual([]);
  });

  it('each has a number of its own, and no test names one that does not exist', () => {
    const ids = duties.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...tested.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });
});
