import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { Workplace } from '../../../../test/support/workplace.js';
import { type Pack, packGuard } from './packing.js';

// Packages are downloaded and processes started, on a machine that may be busy.
jest.setTimeout(240_000);

const place = await Workplace.create();
const leftOut = await reasonToLeaveOut();
const downloading = leftOut === undefined ? describe : describe.skip;
const because = leftOut === undefined ? '' : ` (left out: ${leftOut})`;
let pack: Pack;

async function reasonToLeaveOut(): Promise<string | undefined> {
  if (process.env['EYRIE_TEST_PACK'] !== '1') return 'it downloads packages, set EYRIE_TEST_PACK=1';
  return (await place.reachesRegistry()) ? undefined : 'the package registry does not answer';
}

beforeAll(async () => {
  pack = await packGuard(place);
});

afterAll(() => place.remove());

describe('the pack', () => {
  it('holds code, types, README, licence and package.json, and nothing else', () => {
    const others = pack.files.filter((file) => !/^dist\/.+(?:\.js|\.d\.ts)$/.test(file));
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json']);
  });

  it('has the types of each file of code', () => {
    const code = pack.files.filter((file) => file.endsWith('.js'));
    expect(pack.files).toEqual(expect.arrayContaining(code.map((file) => file.replace(/js$/, 'd.ts'))));
  });

  it('holds what its exports name, types first', () => {
    const { exports } = pack.manifest;
    expect(Object.keys(exports)).toEqual(['.', './testing', './package.json']);
    const { './package.json': _manifest, ...modules } = exports;
    for (const target of Object.values(modules)) {
      expect(Object.keys(target)).toEqual(['types', 'default']);
      const paths = Object.values(target).map((path) => path.replace(/^\.\//, ''));
      expect(pack.files).toEqual(expect.arrayContaining(paths));
    }
  });
});

downloading(`publint and @arethetypeswrong/cli${because}`, () => {
  let linters: Workplace;

  beforeAll(async () => {
    linters = await place.folder('linters');
    await linters.install({ publint: '^0.3.0', '@arethetypeswrong/cli': '^0.18.0' });
  });

  it('publint finds nothing', async () => {
    expect(await linters.run('npx', 'publint', pack.tarball, '--strict')).toMatchObject({ code: 0 });
  });

  // It does not know that Node requires ES modules: what is asked is how types resolve for ES modules and bundlers.
  it('attw finds nothing', async () => {
    const attw = await linters.run('npx', 'attw', pack.tarball, '--profile', 'esm-only');
    expect(attw).toMatchObject({ code: 0 });
  });
});

downloading.each([10, 11, 12])(`a bare service on Nest %i${because}`, (nest) => {
  let service: Workplace;

  beforeAll(async () => {
    service = await place.folder(`nest-${nest}`);
    await service.install({
      ...Object.fromEntries(
        ['common', 'core', 'platform-express', 'platform-fastify'].map((name) => [
          `@nestjs/${name}`,
          `^${nest}.0.0`,
        ]),
      ),
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
      '@types/node': '^20.0.0',
      '@eyrie/guard': `file:${pack.tarball}`,
    });
    const source = await readFile(join(import.meta.dirname, 'bare-service.ts'), 'utf8');
    const compile = (module: ts.ModuleKind) =>
      ts.transpileModule(source, {
        compilerOptions: { module, target: ts.ScriptTarget.ES2022, experimentalDecorators: true },
      }).outputText;
    await service.write('service.mjs', compile(ts.ModuleKind.ESNext));
    await service.write('service.cjs', compile(ts.ModuleKind.CommonJS));
    await service.write('service.mts', source);
    await service.write('service.cts', source);
  });

  it.each([
    ['express', 'service.mjs'],
    ['express', 'service.cjs'],
    ['fastify', 'service.mjs'],
    ['fastify', 'service.cjs'],
  ])('on %s, %s is guarded', async (platform, script) => {
    const printed = await service.succeed(
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      script,
      platform,
    );
    expect(JSON.parse(printed)).toEqual({
      good: [200, null],
      none: [401, 'missing_token'],
      expired: [401, 'invalid_token'],
      narrow: [403, 'insufficient_scope'],
      bound: [200, null],
      routes: [{ method: 'GET', path: '/contacts', scopes: ['contacts.read'] }],
    });
  });

  it.each([
    ['node16', 'service.mts', ['--module', 'node16']],
    ['nodenext', 'service.mts', ['--module', 'nodenext']],
    ['nodenext', 'service.cts', ['--module', 'nodenext']],
    ['bundler', 'service.mts', ['--module', 'preserve', '--moduleResolution', 'bundler']],
  ])('types resolve under %s in %s', async (_resolution, file, module) => {
    const rules = ['--strict', '--noEmit', '--skipLibCheck', '--experimentalDecorators', '--types', 'node'];
    const target = ['--target', 'es2022', ...module];
    expect(await service.tsc(file, ...rules, ...target)).toEqual({ code: 0, output: '' });
  });
});
