import { scopesOfClaims } from '../../protocol/claims.js';
import { parseClaimsRequest } from '../../protocol/claims-request.js';
import { invalidScope } from '../../protocol/errors.js';
import { parseResources } from '../../protocol/resource-indicator.js';
import { issues } from '../../protocol/response-type.js';
import { openidScopes, parseScope } from '../../protocol/scope.js';
import type { ClientRequest, Draft, Findings, Knowledge } from './check.js';

/** OIDC Core §5.5 */
export function claims({ parameters }: Draft): Pick<Findings, 'claims'> {
  return { claims: parseClaimsRequest(parameters.get('claims')) };
}

/** The scopes of the request, and those of the claims that it names. */
export async function scopes(request: Draft, knowledge: Knowledge): Promise<Pick<Findings, 'scopes'>> {
  const { client, responseType } = request;
  const asked = await requestedScopes(request, knowledge);
  // OIDC Core §11: offline_access is ignored "unless […] an Authorization Code being returned".
  const possible = asked.filter((scope) => scope !== 'offline_access' || issues(responseType, 'code'));
  if (possible.length === 0) throw invalidScope('no scope that counts here was requested');
  if (!possible.includes('openid')) return { scopes: possible };
  // The resource owner decides on a named claim by the scope that covers it, if the client may have that scope.
  const { userinfo, idToken } = request.claims;
  const named = scopesOfClaims([...userinfo.keys(), ...idToken.keys()]);
  return { scopes: [...new Set([...possible, ...named.filter((scope) => client.scopes.has(scope))])] };
}

/**
 * The named resources, and the scopes that belong to them (RFC 8707 §2.1). The scope openid includes Eyrie's own userinfo;
 * offline_access belongs to the grant, not to a resource.
 */
export async function resources(
  { parameters, scopes: asked }: Draft,
  { settings, catalogue }: Knowledge,
): Promise<Pick<Findings, 'scopes' | 'resources'>> {
  const named = parseResources(parameters.all('resource'));
  if (named.length === 0) return { scopes: asked, resources: null };
  const meant = [...new Set(asked.includes('openid') ? [...named, settings.issuer] : named)];
  const usable = new Set(await catalogue.scopesAt(asked, meant));
  return {
    scopes: asked.filter((scope) => usable.has(scope) || scope === 'offline_access'),
    resources: meant,
  };
}

/**
 * The scopes that a request for somebody's authorization is about. Unknown scopes are ignored (OIDC Core §3.1.2.1); scopes that
 * exist but are not the client's are an error.
 * @throws OAuthError invalid_scope
 */
export async function requestedScopes(
  { client, parameters }: ClientRequest,
  { catalogue }: Pick<Knowledge, 'catalogue'>,
): Promise<string[]> {
  const registered = await catalogue.all();
  const exists = (name: string): boolean =>
    registered.some((resource) => Object.hasOwn(resource.scopes, name));
  const asked = parseScope(parameters.get('scope'));
  const known = asked.filter((name) => client.scopes.has(name) || exists(name));
  const foreign = known.find((name) => !client.scopes.has(name));
  if (foreign !== undefined)
    throw invalidScope('this client is not registered for all of these scopes', `scope ${foreign}`);

  // RFC 6749 §3.3: without the parameter "process the request using a pre-defined default value".
  const meant =
    asked.length > 0 ? known : [...client.scopes].filter((name) => !Object.hasOwn(openidScopes, name));
  // OIDC Core §11: offline_access is ignored if the client cannot have refresh tokens.
  const possible = meant.filter(
    (name) => name !== 'offline_access' || client.allowsGrantType('refresh_token'),
  );
  if (possible.length === 0) throw invalidScope('no scope that exists was requested');
  return possible;
}
