import type { UnmetClaim } from '../route/requirements.js';
import type { AccessToken } from '../token/access-token.js';
import { quoted } from '../token/finding.js';
import { requirementDecorator } from './route-decorator.js';

/**
 * Requires all of these roles; other tokens get 403. The option `roles` says in which claims they are, and their names here.
 *
 * @throws {TypeError} if an argument is not the name of a role, or there is no argument
 * @example
 * ```ts
 * @RequireRoles('editor')
 * @Delete(':id')
 * remove() {}
 * ```
 */
export function RequireRoles(...roles: string[]): ClassDecorator & MethodDecorator {
  checkRoles('@RequireRoles()', roles);
  return requirementDecorator({
    kind: 'claims',
    unmet: (token) =>
      unmetRoles(token, roles.join(' and '), (granted) => roles.every((role) => granted.has(role))),
  });
}

/**
 * Requires at least one of these roles. With several of these decorators, on a class and on its handler, a token must meet each.
 *
 * @throws {TypeError} as {@link RequireRoles}
 * @example
 * ```ts
 * @RequireAnyRole('editor', 'admin')
 * @Get()
 * list() {}
 * ```
 */
export function RequireAnyRole(...roles: string[]): ClassDecorator & MethodDecorator {
  checkRoles('@RequireAnyRole()', roles);
  return requirementDecorator({
    kind: 'claims',
    unmet: (token) =>
      unmetRoles(token, roles.join(' or '), (granted) => roles.some((role) => granted.has(role))),
  });
}

function unmetRoles(
  { roles = new Set() }: AccessToken,
  expected: string,
  isMet: (granted: ReadonlySet<string>) => boolean,
): UnmetClaim | undefined {
  return isMet(roles) ? undefined : { claim: 'roles', expected, received: [...roles] };
}

function checkRoles(decorator: string, roles: readonly unknown[]): void {
  if (roles.length === 0) throw new TypeError(`${decorator} needs a role`);
  for (const role of roles) {
    if (typeof role === 'string' && role !== '') continue;
    throw new TypeError(`${decorator}: ${quoted(role)} is not the name of a role`);
  }
}
