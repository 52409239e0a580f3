import { BadRequestException } from '@nestjs/common';
import type { Command } from 'commander';
import { type ProtectedResource, ResourceCatalogue } from '../resource/resource-catalogue.js';
import { ResourceRegistration } from '../resource/resource-registration.js';
import { withIdentifier } from '../resource/resource-rules.js';
import { type JsonOption, printResult, printRows } from './output.js';
import { nameOfRoute, readManifest, type ScopeManifest, scopesOfRoute } from './scope-manifest.js';
import { actor, withService } from './service.js';

/** The longest name of a resource, and the longest description of a scope. */
const maxTextLength = 255;

/** `eyrie scopes …` */
export function addScopeCommands(program: Command): void {
  const scopes = program
    .command('scopes')
    .description('register and check the scopes that the routes of a resource need');

  scopes
    .command('import <file>')
    .description(
      'register a resource with the scopes that its routes need; existing descriptions stay unchanged',
    )
    .option('--json', 'print JSON')
    .action(importScopes);

  scopes
    .command('check <file>')
    .description('fail if a route needs a scope that the server does not know')
    .option('--json', 'print JSON')
    .action(checkScopes);
}

async function importScopes(file: string, options: { json?: boolean }): Promise<void> {
  const manifest = await readManifest(file);
  await withService(async (service) => {
    const known = await service.get(ResourceCatalogue).all();
    const [own, ...registered] = known;
    const present = withIdentifier(registered, manifest.resource);
    // Eyrie's own scopes, such as openid, belong to no other resource.
    const missing = neededScopes(manifest).filter(
      (scope) => !hasScope(own, scope) && !hasScope(present, scope),
    );
    const added = Object.fromEntries(missing.map((scope) => [scope, descriptionOf(scope, manifest)]));
    if (!present || missing.length > 0) {
      const name = present?.name ?? manifest.name ?? manifest.resource.slice(0, maxTextLength);
      const scopes = { ...present?.scopes, ...added };
      await service.get(ResourceRegistration).put({ identifier: manifest.resource, name, scopes }, actor);
    }
    const after = { ...present?.scopes, ...added };
    printRows(
      Object.entries(after).map(([scope, words]) => ({
        scope,
        words,
        outcome: Object.hasOwn(added, scope) ? 'created' : 'unchanged',
      })),
      options,
    );
  });
}

async function checkScopes(file: string, options: JsonOption): Promise<void> {
  const { routes } = await readManifest(file);
  await withService(async (service) => {
    const known = await service.get(ResourceCatalogue).all();
    const problems = routes.flatMap((route) => {
      const unknown = scopesOfRoute(route).filter((scope) => !known.some((one) => hasScope(one, scope)));
      return unknown.length > 0
        ? [`${nameOfRoute(route)} needs ${unknown.join(' ')}, which no resource defines`]
        : [];
    });
    if (problems.length > 0) throw new BadRequestException(problems.join('\n'));
    printResult(`${file}: the server knows every scope`, { file, unknown: [] }, options);
  });
}

function neededScopes({ routes }: ScopeManifest): string[] {
  return [...new Set(routes.flatMap(scopesOfRoute))];
}

function hasScope(resource: ProtectedResource | undefined, scope: string): boolean {
  return resource !== undefined && Object.hasOwn(resource.scopes, scope);
}

/** The description in the manifest, or else the routes that need the scope. People read it on the consent page. */
function descriptionOf(scope: string, { routes, descriptions = {} }: ScopeManifest): string {
  if (Object.hasOwn(descriptions, scope)) return descriptions[scope] ?? '';
  const needing = routes.filter((route) => scopesOfRoute(route).includes(scope)).map(nameOfRoute);
  const description = [...new Set(needing)].join(', ');
  return description.length <= maxTextLength ? description : `${description.slice(0, maxTextLength - 1)}…`;
}
