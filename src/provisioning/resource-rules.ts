import { openidScopes } from '../protocol/scope.js';
import { adminScopes } from '../resource/resource-catalogue.js';
import type { ResourceEntry } from './configuration-file.dto.js';
import type { Problem } from './problems.js';

/** scope-token (RFC 6749 §3.3) */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** What is wrong with the resources of a file, seen by themselves. */
export function resourceProblems(resources: readonly ResourceEntry[]): Problem[] {
  const definedBy = new Map<string, number>();
  return resources.flatMap(({ identifier, scopes }, index) => {
    const problems: Problem[] = [];
    if (!isResourceIdentifier(identifier)) {
      problems.push({
        path: ['resources', index, 'identifier'],
        reason: 'must be an absolute URI without a fragment, such as https://contacts.example.com',
      });
    }
    for (const [scope, words] of Object.entries(scopes)) {
      const refuse = (reason: string): void =>
        void problems.push({ path: ['resources', index, 'scopes', scope], reason });
      const earlier = definedBy.get(scope);
      if (!scopeToken.test(scope)) refuse('must be printable ASCII without spaces, quotes and backslashes');
      else if (Object.hasOwn(openidScopes, scope) || Object.hasOwn(adminScopes, scope))
        refuse('is a scope of Eyrie itself');
      else if (earlier !== undefined && earlier !== index) refuse(`belongs to resources[${earlier}] already`);
      else if (typeof words !== 'string' || words.trim() === '' || words.length > 255)
        refuse('needs the words for the consent page, up to 255 characters');
      definedBy.set(scope, index);
    }
    return problems;
  });
}

/** "an absolute URI … MUST NOT include a fragment component" (RFC 8707 §2). */
function isResourceIdentifier(value: string): boolean {
  return URL.canParse(value) && !value.includes('#') && /^[\x21-\x7e]+$/.test(value);
}
