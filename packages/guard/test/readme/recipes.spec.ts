import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { afterAll, expect, it } from '@jest/globals';
import ts from 'typescript';
import { Workplace } from '../../../../test/support/workplace.js';
import { listen } from '../support/contacts-app.js';
import { codeUnder } from './readme.js';
import { call, expected, recipes } from './recipe-calls.js';

// Within the repository, so that its packages are found. The other recipes need packages that it does not have: see packaging.
const place = await Workplace.create(join(import.meta.dirname, '..', '..', '..', '..', '.eyrie'));
const here = [
  'Three lines',
  'Keycloak',
  'Microsoft Entra ID',
  'Auth0',
  'A token that is optional',
  'Authorization details',
];

declare function importNatively(url: string): Promise<{ AppModule: Type }>;

afterAll(() => place.remove());

it.each(here)('the recipe %s works as it stands in README', async (heading) => {
  const code = codeUnder(heading).find((block) => block.includes('AppModule')) ?? '';
  const file = `${here.indexOf(heading)}.mjs`;
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
    experimentalDecorators: true,
  };
  await place.write(file, ts.transpileModule(code, { compilerOptions: options }).outputText);
  const { AppModule } = await importNatively(join(place.path, file));
  const recipe = recipes[heading];
  if (recipe === undefined) throw new Error(`no calls for ${heading}`);
  const answered = await call(recipe, async () => {
    const { app, url } = await listen(AppModule);
    return { url, close: () => app.close() };
  });
  expect(answered).toEqual(expected(recipe));
});
