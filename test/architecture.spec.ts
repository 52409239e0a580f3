import { auditEventNames } from '../src/audit/events.js';
import {
  breachesOf,
  circleOf,
  codeOf,
  filesOf,
  filesWith,
  folderOf,
  foldersOf,
  importsOf,
  parametersIn,
} from './support/imports.js';

/** Top to bottom. A folder imports from itself and from the rows below its own; beside it nothing. */
const rows = [
  ['provisioning'],
  ['authorize', 'oidc', 'account', 'scim'],
  ['token'],
  ['consent'],
  ['sign-in'],
  ['interaction'],
  ['users', 'clients'],
  ['sessions'],
  ['directory', 'admin'],
  ['resource'],
  ['mail'],
  ['views'],
  ['keys', 'proofs', 'http'],
  ['outbound', 'queue', 'telemetry'],
  ['audit'],
  ['crypto', 'persistence'],
  ['locales'],
  ['protocol', 'config', 'tracing'],
];
/** The command line stands above them all, with the files of `src` itself. */
const above = ['commands'];

/** The same for the guard; its public face stands above them all. */
const guardRows = [
  ['testing'],
  ['module'],
  ['decorators'],
  ['protection'],
  ['issuer'],
  ['revocations'],
  ['settings'],
  ['proof'],
  ['telemetry'],
  ['refusal'],
  ['route'],
  ['request', 'fetch', 'profiles'],
  ['token'],
];

const server = importsOf('src');
const guard = importsOf('packages/guard/src');

describe('The imports of the server', () => {
  it('every folder of src has a row', () => {
    expect(foldersOf('src')).toEqual([...rows.flat(), ...above].toSorted());
  });

  it('go down only, none across a row', () => {
    const inRows = server.filter(({ from }) => !above.includes(folderOf('src', from) ?? ''));

    expect(breachesOf('src', inRows, rows)).toEqual([]);
  });

  it('only app.module.ts knows every module', () => {
    const importers = new Map<string, Set<string>>();
    for (const { from, to } of server.filter((item) => /^src\/\w+\/\w+\.module\.ts$/.test(item.to))) {
      importers.set(from, (importers.get(from) ?? new Set()).add(to));
    }
    const modules = new Set([...importers.values()].flatMap((set) => [...set]));

    expect([...importers].filter(([, set]) => set.size === modules.size).map(([from]) => from)).toEqual([
      'src/app.module.ts',
    ]);
  });

  it('make no circle of files', () => {
    expect(circleOf(server)).toEqual([]);
  });

  it('bring TypeORM into persistence only, and into the configuration of its command line', () => {
    const database = /^(typeorm|@nestjs\/typeorm|better-sqlite3|mysql2|pg)(\/|$)/;
    const elsewhere = server.filter(
      ({ from, to }) => database.test(to) && !from.startsWith('src/persistence/'),
    );

    expect(elsewhere).toEqual([{ from: 'src/ormconfig.ts', to: 'typeorm' }]);
  });

  it('bring no framework and no I/O into protocol', () => {
    const packages = server.filter(
      ({ from, to }) => from.startsWith('src/protocol/') && !to.startsWith('src/'),
    );

    expect(packages.filter(({ to }) => to !== 'node:crypto')).toEqual([]);
  });

  it('bring no other folder into protocol', () => {
    const others = server.filter(
      ({ from, to }) =>
        from.startsWith('src/protocol/') && to.startsWith('src/') && !to.startsWith('src/protocol/'),
    );

    expect(others).toEqual([]);
  });
});

describe('The source of the server', () => {
  it('writes the audit trail in audit only, together with the change or in batches of tokens', () => {
    const importers = server.filter(({ to }) => to === 'src/persistence/stores/audit.store.ts');

    expect(importers.map(({ from }) => from).toSorted()).toEqual([
      'src/account/activity-page.ts',
      'src/account/data/history-data.ts',
      'src/admin/audit.admin.controller.ts',
      'src/audit/changes.ts',
      'src/audit/event-buffer.ts',
      'src/audit/stored-form.ts',
      'src/audit/token-events.ts',
      'src/commands/audit.ts',
      'src/persistence/tables.ts',
    ]);
  });

  it('records every event of the audit trail somewhere', () => {
    const recorders = server.filter(
      ({ from, to }) => to === 'src/audit/changes.ts' && !from.startsWith('src/telemetry/'),
    );
    const code = [...recorders.map(({ from }) => from), 'src/audit/token-events.ts'].map(codeOf).join('\n');

    expect(auditEventNames.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });

  it('has no service with more than eight dependencies', () => {
    const hasMore = (path: string): boolean =>
      codeOf(path)
        .split(/\bconstructor\(/)
        .slice(1)
        .some((text) => parametersIn(text) > 8);

    expect(filesOf('src').filter(hasMore)).toEqual([]);
  });

  it('reads the environment of the process in config only', () => {
    expect(filesWith('src', /\bprocess\s*\.\s*env\b|\benv\s*}\s*=\s*process\b/)).toEqual([
      'src/config/settings.ts',
    ]);
    expect(server.filter(({ to }) => to === 'node:process')).toEqual([]);
  });

  it('asks which database it runs on in its dialects only', () => {
    const question = /\bdatabase\.kind\b|\boptions\.type\b|'mysql'|'postgres'|'better-sqlite3'/;

    expect(
      filesWith('src', question).filter((path) => !path.startsWith('src/persistence/dialects/')),
    ).toEqual([
      // Reads the setting, and asks nothing.
      'src/config/database-url.ts',
    ]);
  });

  it('names columns and aliases in lower case, without quotes', () => {
    expect(filesWith('src', /\bAS (\\?`|"|[a-z_]+[A-Z])/)).toEqual([]);
  });

  it('makes formats of Intl where they are kept only: each takes memory that the garbage collector does not see', () => {
    const formats =
      /\bIntl\s*\.\s*(DateTimeFormat|NumberFormat|PluralRules|RelativeTimeFormat|ListFormat|Collator|DisplayNames|Segmenter)\s*\(|\.toLocale(Date|Time)?String\(/;

    expect(filesWith('src', formats)).toEqual([
      // A line of a command.
      'src/commands/progress-bar.ts',
      'src/views/readable.ts',
    ]);
  });

  it('does without forwardRef', () => {
    expect(filesWith('src', /\bforwardRef\b/)).toEqual([]);
  });

  it('has no barrel file and no folder of odds and ends', () => {
    const paths = filesOf('src');

    expect(paths.filter((path) => /(^|\/)index\.ts$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /\/(utils?|common|helpers?|misc|shared)(\/|\.)/.test(path))).toEqual([]);
  });
});

describe('The imports of @eyrie/guard', () => {
  it('stay within the package, and need jose and what belongs to Nest only', () => {
    const allowed =
      /^(packages\/guard\/src\/|node:|jose$|@nestjs\/(common|core|swagger)$|rxjs$|reflect-metadata$)/;

    expect(guard.filter(({ to }) => !allowed.test(to))).toEqual([]);
  });

  it('every folder of it has a row', () => {
    expect(foldersOf('packages/guard/src')).toEqual(guardRows.flat().toSorted());
  });

  it('go down only, none across a row', () => {
    const inRows = guard.filter(({ from }) => from !== 'packages/guard/src/index.ts');

    expect(breachesOf('packages/guard/src', inRows, guardRows)).toEqual([]);
  });

  it('make no circle of files, of types either', () => {
    expect(circleOf(guard)).toEqual([]);
  });
});
