import { invalidScope, OAuthError } from '../../protocol/errors.js';
import { invalidTarget } from '../../protocol/resource-indicator.js';
import { parseScope } from '../../protocol/scope.js';
import { namesUri } from '../../protocol/uri.js';
import type { LoadedPolicy } from './definition.js';

/** What a client asks to be vouched for, and what is known of the person. */
export interface AskedAssertion {
  /** The issuer identifier of the authorization server of the resource. */
  readonly audience: string;
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
  /** The groups of the person, those above them included. */
  readonly groups: readonly string[];
  /** The context classes that their sign-in reached. */
  readonly acrs: readonly string[];
  /** Seconds since their sign-in. */
  readonly authAge: number;
}

/**
 * The policy that allows it. If there are several, the first that allows all of it decides.
 * @param policies those of the client
 * @throws OAuthError invalid_target, access_denied, invalid_scope, insufficient_user_authentication
 */
export function decidingPolicy(policies: readonly LoadedPolicy[], asked: AskedAssertion): LoadedPolicy {
  const { audience, resources, scopes, groups } = asked;
  const ofAudience = policies.filter((policy) => namesUri([policy.audience], audience));
  if (ofAudience.length === 0)
    throw invalidTarget(
      'this client gets no assertions for this audience',
      `audience: the policies of the client are for ${named(policies.map((policy) => policy.audience))}`,
    );
  const ofPerson = ofAudience.filter(
    (policy) => policy.everyone || policy.groups.some((group) => groups.includes(group)),
  );
  if (ofPerson.length === 0)
    throw new OAuthError('access_denied', 'the client may not act for this person at this audience', {
      detail: `the person is in no group of ${named(ofAudience.map(({ name }) => name))}`,
    });
  const ofResources = ofPerson.filter((policy) => resources.every((one) => namesUri(policy.resources, one)));
  if (ofResources.length === 0)
    throw invalidTarget(
      'the client may not act for this person at this resource',
      `resource: allowed are ${named(ofPerson.flatMap((policy) => policy.resources))}`,
    );
  const ofScopes = ofResources.filter(({ scope }) => isWithin(scopes, scope));
  const [first, ...others] = ofScopes;
  if (first === undefined)
    throw invalidScope(
      'scope is wider than what the client may have for this person at this audience',
      `scope: allowed are ${named(ofResources.map(({ scope }) => scope))}`,
    );
  const deciding = [first, ...others].find((policy) => isAuthenticated(policy, asked));
  if (!deciding) throw insufficientAuthentication(first);
  return deciding;
}

const named = (texts: readonly string[]): string => [...new Set(texts)].join(' ') || 'none';

function isWithin(scopes: readonly string[], allowed: string): boolean {
  const names = parseScope(allowed);
  return scopes.every((scope) => names.includes(scope));
}

const isAuthenticated = (
  { acr_values: values, max_age: maxAge = Infinity }: LoadedPolicy,
  { acrs, authAge }: AskedAssertion,
): boolean => (values.length === 0 || values.some((acr) => acrs.includes(acr))) && authAge <= maxAge;

/** The client sends the person through the authorization endpoint with these parameters, and asks again (RFC 9470 §3). */
function insufficientAuthentication({ name, acr_values: values, max_age: maxAge }: LoadedPolicy): OAuthError {
  return new OAuthError(
    'insufficient_user_authentication',
    'the sign-in of the person does not suffice for this audience',
    {
      detail: `the policy ${name} asks for ${named([...values])} within ${maxAge ?? 'any number of'} seconds`,
      parameters: {
        ...(values.length > 0 ? { acr_values: values.join(' ') } : {}),
        ...(maxAge === undefined ? {} : { max_age: maxAge }),
      },
    },
  );
}
