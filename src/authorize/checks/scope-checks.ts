import type { RegisteredClient } from '../../clients/registered-client.js';
import { scopesOfClaims } from '../../protocol/claims.js';
import { parseClaimsRequest } from '../../protocol/claims-request.js';
import { invalidScope } from '../../protocol/errors.js';
import { parseResources } from '../../protocol/resource-indicator.js';
import { issues } from '../../protocol/response-type.js';
import { askedOrganization, organizationScope, withoutOrganizationId } from '../../protocol/organization.js';
import { isGrantScope, isPersonScope, parseScope } from '../../protocol/scope.js';
import type {
  AuthorizationRequest,
  DetailedRequest,
  ScopedRequest,
  TypedRequest,
} from '../authorization-request.js';
import type { Knowledge } from './check.js';

type Scopes = Pick<ScopedRequest, 'scopes'>;

/** OIDC Core §5.5 */
export function claims({ parameters }: TypedRequest): Pick<ScopedRequest, 'claims'> {
  return { claims: parseClaimsRequest(parameters.get('claims')) };
}

/** The scopes that the client requests. Unknown ones are ignored (OIDC Core §3.1.2.1); those of other clients are an error. */
export async function requestedScopes(
  { client, parameters, authorizationDetails }: DetailedRequest,
  { catalogue }: Knowledge,
): Promise<Pick<ScopedRequest, 'scopes' | 'organization'>> {
  const resourcesHere = await catalogue.all();
  const exists = (name: string): boolean =>
    resourcesHere.some((resource) => Object.hasOwn(resource.scopes, name));
  const named = parseScope(parameters.get('scope'));
  // A resource may have scopes that look as if they named organizations.
  const isOrganization = (name: string): boolean => name === organizationScope || !exists(name);
  const ofOrganizations = (await catalogue.isOwn(organizationScope)) ? named.filter(isOrganization) : [];
  const organization = askedOrganization(ofOrganizations);
  const requested = [
    ...new Set(named.map((name) => (ofOrganizations.includes(name) ? withoutOrganizationId(name) : name))),
  ];
  const known = requested.filter((name) => client.allowsScope(name) || exists(name));
  const foreign = known.find((name) => !client.allowsScope(name));
  if (foreign !== undefined)
    throw invalidScope('this client is not registered for all of these scopes', whyNot(client, foreign));

  // Authorization details alone are a request, too: nothing else is meant (RFC 9396 §3).
  const hasDetails = authorizationDetails.length > 0;
  const meant =
    requested.length > 0 || hasDetails
      ? known
      : await defaultScopes(client, parameters.all('resource'), catalogue);
  // OIDC Core §11: offline_access is ignored if the client cannot have refresh tokens.
  const scopes = meant.filter((name) => name !== 'offline_access' || client.allowsGrantType('refresh_token'));
  if (scopes.length === 0 && !hasDetails) throw invalidScope('no scope that exists was requested');
  return { scopes, organization };
}

/** For the log: a client may be registered for a scope, and bounded to other resources. */
const whyNot = ({ metadata }: RegisteredClient, scope: string): string =>
  parseScope(metadata.scope).includes(scope)
    ? `scope ${scope}: outside of the resources that administrators allow this client`
    : `scope ${scope}`;

/**
 * RFC 6749 §3.3: without the parameter "process the request using a pre-defined default value". Named resources mean their own scopes;
 * those of the grant belong to no resource, and are never meant.
 */
async function defaultScopes(
  { scopes }: RegisteredClient,
  resourcesNamed: readonly string[],
  catalogue: Knowledge['catalogue'],
): Promise<string[]> {
  const possible = [...scopes].filter((name) => !isGrantScope(name));
  return resourcesNamed.length > 0
    ? catalogue.scopesAt(possible, parseResources(resourcesNamed))
    : possible.filter((name) => !isPersonScope(name));
}

/** offline_access is ignored "unless […] an Authorization Code being returned" (OIDC Core §11). */
export function scopesForResponseType({ scopes, authorizationDetails, responseType }: ScopedRequest): Scopes {
  const possible = scopes.filter((scope) => scope !== 'offline_access' || issues(responseType, 'code'));
  if (possible.length === 0 && authorizationDetails.length === 0)
    throw invalidScope('no scope that this response_type allows was requested');
  return { scopes: possible };
}

/** The scopes of claims that are requested by name (OIDC Core §5.5): the resource owner decides on a claim by its scope. */
export function scopesOfNamedClaims({ client, scopes, claims: requested }: ScopedRequest): Scopes {
  if (!scopes.includes('openid')) return { scopes };
  const named = scopesOfClaims([...requested.userinfo.keys(), ...requested.idToken.keys()]);
  return { scopes: [...new Set([...scopes, ...named.filter((scope) => client.scopes.has(scope))])] };
}

/**
 * The named resources, and the scopes that belong to them (RFC 8707 §2.1). The scope openid includes Eyrie's own userinfo.
 */
export async function resources(
  {
    parameters,
    scopes,
    authorizationDetails,
  }: Pick<ScopedRequest, 'parameters' | 'scopes' | 'authorizationDetails'>,
  { settings, catalogue, authorizationDetails: rules }: Knowledge,
): Promise<Pick<AuthorizationRequest, 'scopes' | 'resources'>> {
  const named = await catalogue.registered(parseResources(parameters.all('resource')));
  if (named.length === 0) return { scopes, resources: null };
  const meant = [...new Set(scopes.includes('openid') ? [...named, settings.issuer] : named)];
  const others = await rules.resourcesOf(authorizationDetails);
  const usable = new Set(await catalogue.scopesAt(scopes, meant, others));
  return {
    scopes: scopes.filter((scope) => usable.has(scope) || isGrantScope(scope)),
    resources: meant,
  };
}
