import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Workplace } from '../../../../test/support/workplace.js';
import { codeUnder } from '../readme/readme.js';
import { reasonToLeaveOut } from './downloads.js';
import { packGuard } from './packing.js';

// Packages are downloaded and processes started, on a machine that may be busy.
jest.setTimeout(400_000);

const place = await Workplace.create();
const leftOut = await reasonToLeaveOut(place);
const downloading = leftOut === undefined ? describe : describe.skip;
const because = leftOut === undefined ? '' : ` (left out: ${leftOut})`;

/** As the Nest CLI makes it. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  strict: true,
  esModuleInterop: true,
  isolatedModules: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  types: ['node', 'jest'],
};

afterAll(() => place.remove());

downloading(`a CommonJS project with Jest${because}`, () => {
  it('runs the spec of README with the settings of README', async () => {
    const { tarball } = await packGuard(place);
    const project = await place.folder('project');
    const nest = ['common', 'core', 'platform-express', 'testing'].map((name) => [
      `@nestjs/${name}`,
      '^11.0.0',
    ]);
    const dependencies = {
      ...Object.fromEntries(nest),
      '@eyrie/guard': `file:${tarball}`,
      '@swc/core': '^1.10.0',
      '@swc/jest': '^0.2.38',
      '@types/jest': '^30.0.0',
      '@types/node': '^20.0.0',
      '@types/supertest': '^6.0.0',
      jest: '^30.0.0',
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
      supertest: '^7.0.0',
      'ts-jest': '^29.4.0',
      typescript: '~5.9.0',
    };
    await project.install(dependencies);
    const settings = JSON.parse(codeUnder('Testing', 'json')[0] ?? '') as object;
    await project.write('package.json', { private: true, dependencies, ...settings });
    await project.write('tsconfig.json', { compilerOptions });
    const source = await project.folder('src');
    await source.write('app.module.ts', codeUnder('Three lines')[0] ?? '');
    await source.write('contacts.spec.ts', codeUnder('Testing')[0] ?? '');
    const { code, output } = await project.run('npx', 'jest');
    expect(output).toContain('1 passed, 1 total');
    expect(code).toBe(0);
  });
});
