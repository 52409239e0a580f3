import { openidScopes } from '../protocol/scope.js';
import { shownTextViolation } from '../protocol/shown-text.js';
import { namesUri } from '../protocol/uri.js';
import { isAdminScope, type ProtectedResource } from './resource-catalogue.js';

/** scope-token (RFC 6749 §3.3) */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** What is wrong with one field of a resource, or with one of its scopes. */
export interface ResourceProblem {
  readonly path: readonly ['identifier'] | readonly ['scopes', scope: string];
  readonly reason: string;
}

/** The violations of one resource. The descriptions of its scopes may be of any type: they come unchecked. */
export function resourceProblems({
  identifier,
  scopes,
}: Pick<ProtectedResource, 'identifier'> & { scopes: Readonly<Record<string, unknown>> }): ResourceProblem[] {
  const problems: ResourceProblem[] = [];
  if (!isResourceIdentifier(identifier))
    problems.push({
      path: ['identifier'],
      reason: 'must be an absolute URI without a fragment, such as https://contacts.example.com',
    });
  for (const [scope, description] of Object.entries(scopes)) {
    const refuse = (reason: string): void => void problems.push({ path: ['scopes', scope], reason });
    if (!scopeToken.test(scope)) refuse('must be printable ASCII without spaces, quotes and backslashes');
    else if (Object.hasOwn(openidScopes, scope) || isAdminScope(scope)) refuse('is a scope of Eyrie itself');
    else if (typeof description !== 'string' || description.trim() === '' || description.length > 255)
      refuse('needs a description for the consent page, up to 255 characters');
    else if (shownTextViolation(description) !== undefined)
      refuse(`${shownTextViolation(description)} in its description`);
  }
  return problems;
}

/** "an absolute URI … MUST NOT include a fragment component" (RFC 8707 §2). */
function isResourceIdentifier(value: string): boolean {
  return URL.canParse(value) && !value.includes('#') && /^[\x21-\x7e]+$/.test(value);
}

/** The resource with this identifier: in the same spelling, or else in an equivalent one (RFC 3986 §6.2). */
export function withIdentifier<Identified extends { readonly identifier: string }>(
  resources: readonly Identified[],
  named: string,
): Identified | undefined {
  return (
    resources.find(({ identifier }) => identifier === named) ??
    resources.find(({ identifier }) => namesUri([identifier], named))
  );
}
