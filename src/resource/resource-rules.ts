import { isPersonScope } from '../protocol/scope.js';
import { shownTextViolation } from '../protocol/shown-text.js';
import { namesUri } from '../protocol/uri.js';
import { type ProtectedResource } from './resource-catalogue.js';
import { isAdminScope } from './rights.js';
import {
  maxDescriptionLength,
  type TranslationProblem,
  translationProblems,
} from './resource-translations.js';

/** scope-token (RFC 6749 §3.3) */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** An absolute URI without a fragment (RFC 8707 §2), as far as a pattern tells. */
export const identifierPattern = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21\x22\x24-\x7e]*$/;

/** What is wrong with one field of a resource, or with one of its scopes. */
export interface ResourceProblem {
  readonly path: readonly ['identifier'] | readonly ['scopes', scope: string] | TranslationProblem['path'];
  readonly reason: string;
}

/** The violations of one resource. The descriptions of its scopes may be of any type: they come unchecked. */
export function resourceProblems({
  identifier,
  scopes,
  translations = {},
}: Pick<ProtectedResource, 'identifier'> & {
  scopes: Readonly<Record<string, unknown>>;
  translations?: Readonly<Record<string, unknown>>;
}): ResourceProblem[] {
  const problems: ResourceProblem[] = [];
  if (!isResourceIdentifier(identifier))
    problems.push({
      path: ['identifier'],
      reason: 'must be an absolute URI without a fragment, such as https://contacts.example.com',
    });
  for (const [scope, description] of Object.entries(scopes)) {
    const refuse = (reason: string): void => void problems.push({ path: ['scopes', scope], reason });
    if (!scopeToken.test(scope)) refuse('must be printable ASCII without spaces, quotes and backslashes');
    else if (isPersonScope(scope) || isAdminScope(scope)) refuse('is a scope of Eyrie itself');
    else if (!isDescription(description))
      refuse(`needs a description for the consent page, up to ${maxDescriptionLength} characters`);
    else if (shownTextViolation(description) !== undefined)
      refuse(`${shownTextViolation(description)} in its description`);
  }
  return [...problems, ...translationProblems(translations, scopes)];
}

/** "an absolute URI … MUST NOT include a fragment component" (RFC 8707 §2). */
function isResourceIdentifier(value: string): boolean {
  return identifierPattern.test(value) && URL.canParse(value);
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

const isDescription = (value: unknown): value is string =>
  typeof value === 'string' && /\S/.test(value) && Array.from(value).length <= maxDescriptionLength;
