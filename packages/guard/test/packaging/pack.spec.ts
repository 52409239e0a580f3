import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { Workplace } from '../../../../test/support/workplace.js';
import { codeUnder } from '../readme/readme.js';
import { expected, recipes } from '../readme/recipe-calls.js';
import { reasonToLeaveOut } from './downloads.js';
import { type Pack, packGuard } from './packing.js';

// Packages are downloaded and processes started, on a machine that may be busy.
jest.setTimeout(240_000);

const place = await Workplace.create();
const leftOut = await reasonToLeaveOut(place);
const downloading = leftOut === undefined ? describe : describe.skip;
const because = leftOut === undefined ? '' : ` (left out: ${leftOut})`;
let pack: Pack;

beforeAll(async () => {
  pack = await packGuard(place);
});

afterAll(() => place.remove());

describe('the pack', () => {
  it('holds code, types, README, changes, licence and package.json, and nothing else', () => {
    const others = pack.files.filter((file) => !/^dist\/.+(?:\.js|\.d\.ts)$/.test(file));
    expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
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

const nestPackages = ['common', 'core', 'platform-express', 'platform-fastify', 'platform-ws', 'websockets'];
/** What the services and the recipes of README need besides. */
const others = {
  '@casl/ability': '^6.7.0',
  '@nestjs/throttler': '^6.5.0',
  '@types/node': '^20.0.0',
  graphql: '^16.0.0',
  'graphql-ws': '^6.0.0',
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
  ws: '^8.18.0',
};

const quiet = ['--disable-warning=ExperimentalWarning'];
const rules = ['--strict', '--noEmit', '--skipLibCheck', '--experimentalDecorators', '--types', 'node'];

/** A source of the tests as a CommonJS module, as most services are. */
async function commonJs(...path: string[]): Promise<string> {
  return transpiled(await readFile(join(import.meta.dirname, ...path), 'utf8'), ts.ModuleKind.CommonJS);
}

function transpiled(source: string, module: ts.ModuleKind): string {
  const compilerOptions = {
    module,
    target: ts.ScriptTarget.ES2022,
    experimentalDecorators: true,
    esModuleInterop: true,
  };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

/** What GraphQL needs on each version of Nest. */
const graphql: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  10: { '@nestjs/graphql': '^12.0.0', '@nestjs/apollo': '^12.0.0', '@apollo/server': '^4.0.0' },
  11: {
    '@nestjs/graphql': '^13.0.0',
    '@nestjs/apollo': '^13.4.0',
    '@apollo/server': '^5.0.0',
    '@as-integrations/express5': '^1.0.0',
  },
  12: {
    '@nestjs/graphql': '^14.0.0',
    '@nestjs/apollo': '^14.0.0',
    '@apollo/server': '^5.0.0',
    '@as-integrations/express5': '^1.0.0',
  },
};

downloading.each([10, 11, 12])(`a bare service on Nest %i${because}`, (nest) => {
  let service: Workplace;

  beforeAll(async () => {
    service = await place.folder(`nest-${nest}`);
    await service.install({
      ...Object.fromEntries(nestPackages.map((name) => [`@nestjs/${name}`, `^${nest}.0.0`])),
      ...others,
      ...graphql[nest],
      '@eyrie/guard': `file:${pack.tarball}`,
    });
    const source = await readFile(join(import.meta.dirname, 'bare-service.ts'), 'utf8');
    await service.write('service.mjs', transpiled(source, ts.ModuleKind.ESNext));
    await service.write('service.cjs', transpiled(source, ts.ModuleKind.CommonJS));
    await service.write('service.mts', source);
    await service.write('service.cts', source);
    await service.write('service10.ts', source);
  });

  it.each([
    ['express', 'service.mjs'],
    ['express', 'service.cjs'],
    ['fastify', 'service.mjs'],
    ['fastify', 'service.cjs'],
  ])('on %s, %s is guarded', async (platform, script) => {
    const printed = await service.succeed(process.execPath, ...quiet, script, platform);
    expect(JSON.parse(printed)).toEqual({
      good: [200, null],
      none: [401, 'missing_token'],
      expired: [401, 'invalid_token'],
      narrow: [403, 'insufficient_scope'],
      bound: [200, null],
      routes: [{ method: 'GET', path: '/contacts', scopes: ['contacts.read'] }],
    });
  });

  it.each(['express', 'fastify'])('the recipes of README work on %s', async (platform) => {
    await service.write('recipe-calls.js', await commonJs('..', 'readme', 'recipe-calls.ts'));
    await service.write('recipe-service.js', await commonJs('..', 'readme', 'recipe-service.ts'));
    for (const [index, heading] of Object.keys(recipes).entries()) {
      const code = codeUnder(heading).find((block) => block.includes('AppModule')) ?? '';
      await service.write(`recipe-${index}.js`, transpiled(code, ts.ModuleKind.CommonJS));
    }
    const printed = await service.succeed(process.execPath, ...quiet, 'recipe-service.js', platform);
    const answers = Object.entries(recipes).map(([heading, recipe]) => [heading, expected(recipe)]);
    expect(JSON.parse(printed)).toEqual(Object.fromEntries(answers));
  });

  it('a gateway with platform-ws is guarded without any work', async () => {
    await service.write('gateway-service.js', await commonJs('gateway-service.ts'));
    expect(JSON.parse(await service.succeed(process.execPath, ...quiet, 'gateway-service.js'))).toEqual({
      good: ['listed', 'alice'],
      none: ['exception', 'missing_token'],
      narrow: ['exception', 'insufficient_scope'],
    });
  });

  it('a GraphQL subscription with Apollo’s defaults is guarded', async () => {
    await service.write('subscription-service.js', await commonJs('subscription-service.ts'));
    expect(JSON.parse(await service.succeed(process.execPath, ...quiet, 'subscription-service.js'))).toEqual({
      header: 'contact of alice',
      parameter: 'contact of alice',
      token: 'contact of alice',
      none: 'missing_token',
      both: 'invalid_request',
      narrow: 'insufficient_scope',
    });
  });

  it('the recipes of README compile', async () => {
    for (const [index, heading] of Object.keys(recipes).entries()) {
      const code = codeUnder(heading).find((block) => block.includes('AppModule')) ?? '';
      await service.write(`recipe-${index}.ts`, code);
    }
    const files = Object.keys(recipes).map((_heading, index) => `recipe-${index}.ts`);
    const target = ['--target', 'es2022', '--module', 'nodenext'];
    expect(await service.tsc(...files, ...rules, ...target)).toEqual({ code: 0, output: '' });
  });

  it.each([
    ['node16', 'service.mts', ['--module', 'node16']],
    ['nodenext', 'service.mts', ['--module', 'nodenext']],
    ['nodenext', 'service.cts', ['--module', 'nodenext']],
    [
      'node10',
      'service10.ts',
      ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0'],
    ],
    ['bundler', 'service.mts', ['--module', 'preserve', '--moduleResolution', 'bundler']],
  ])('types resolve under %s in %s', async (_resolution, file, module) => {
    const target = ['--target', 'es2022', ...module];
    expect(await service.tsc(file, ...rules, ...target)).toEqual({ code: 0, output: '' });
  });
});
