import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrations } from '../../src/persistence/migrations/migrations.js';
import { entities, stores } from '../../src/persistence/tables.js';

/** The files of a folder of persistence whose names end so. */
const filesOf = (folder: string, ending: RegExp): string[] =>
  readdirSync(fileURLToPath(new URL(`../../src/persistence/${folder}/`, import.meta.url))).filter((name) =>
    ending.test(name),
  );

describe('The list of migrations', () => {
  const times = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]));

  it('is in the order in which TypeORM runs them, by the time in the name', () => {
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(new Set(times).size).toBe(times.length);
  });

  it('holds every migration that has a file', () => {
    const files = filesOf('migrations', /^\d{13}-.*\.ts$/).map((name) => Number(name.slice(0, 13)));
    expect(times).toEqual(files.toSorted((left, right) => left - right));
  });
});

describe('The lists of persistence', () => {
  it.each([
    ['stores', stores, filesOf('stores', /\.store\.ts$/)],
    ['entities', entities, filesOf('entities', /\.entity\.ts$/)],
  ])('hold all %s, each once', (_, list, files) => {
    expect(new Set<unknown>(list).size).toBe(list.length);
    expect(list).toHaveLength(files.length);
  });
});
