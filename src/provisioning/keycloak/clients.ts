import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { isGuessable, minClientSecretLength } from '../../protocol/client-secret.js';
import { applicationTypeOf, redirectUriProblem } from '../../protocol/redirect-uri.js';
import { attributeMembers, unreadAttributes, usesDeviceGrant } from './client-attributes.js';
import { authenticationOf } from './client-authentication.js';
import type { LeftOuts } from './left-out.js';
import { swaggerUiClientId } from '../built-in-clients.js';
import { isOwnClient, type Realm, type RealmClient } from './realm.js';
import type { RealmScopes } from './scopes.js';

type LeaveOut = (reason: string) => void;

/** The clients of a realm that speak OpenID Connect, with the members of RFC 7591. */
export const clientsOf = (
  { clients = [] }: Realm,
  scopes: RealmScopes,
  leftOuts: LeftOuts,
): { readonly client_id: string }[] =>
  clients
    .filter(({ clientId }) => !isOwnClient(clientId))
    .flatMap((client) => {
      const { clientId = '' } = client;
      const leaveOut = leftOuts.of('client', clientId);
      const obstacle = obstacleOf(client);
      if (obstacle === undefined) return [{ client_id: clientId, ...membersOf(client, scopes, leaveOut) }];
      leaveOut(obstacle);
      return [];
    });

/** Why a client cannot be imported at all. */
function obstacleOf({ protocol, publicClient, secret, ...client }: RealmClient): string | undefined {
  if (client.clientId === swaggerUiClientId) return 'has the client_id that Swagger UI has here';
  if (protocol !== undefined && protocol !== 'openid-connect')
    return `speaks ${protocol}, not OpenID Connect`;
  if (publicClient) return undefined;
  const authentication = authenticationOf(client);
  if (authentication === undefined)
    return `authenticates by ${client.clientAuthenticatorType}, with what is not in the export`;
  if (!authentication.hasSecret) return undefined;
  if (client.bearerOnly && secret === undefined)
    return 'is bearer-only, and has no secret: declare it under resources';
  if (secret === undefined || /^\*+$/.test(secret))
    return 'has no secret in the export, which masks it: export with `kc.sh export`';
  return isGuessable(secret)
    ? `has a secret of less than ${minClientSecretLength} characters: give it a longer one first`
    : undefined;
}

function membersOf(client: RealmClient, scopes: RealmScopes, leaveOut: LeaveOut): object {
  const { name, publicClient = false, secret, consentRequired = false, attributes = {} } = client;
  const redirectUris = usableUris(client, client.redirectUris ?? [], leaveOut);
  const grantTypes = grantTypesOf(client, redirectUris, leaveOut);
  const authentication = publicClient ? undefined : authenticationOf(client);
  for (const { name: mapper = '' } of client.protocolMappers ?? [])
    leaveOut(`its protocol mapper ${mapper}: write a rule under claims`);
  if (client.authorizationServicesEnabled) leaveOut('its resources and policies of authorization services');
  if (attributes['access.token.lifespan']) leaveOut('a lifetime of its own for access tokens');
  if (Object.values(client.authenticationFlowBindingOverrides ?? {}).some(Boolean))
    leaveOut('its own authentication flows: people sign in to it as to all others');
  const others = unreadAttributes(attributes);
  if (others.length > 0) leaveOut(`its attributes: ${others.join(', ')}`);
  return {
    ...(name && !name.startsWith('${') && { client_name: name }),
    ...(client.enabled === false && { disabled: true }),
    ...(publicClient ? { token_endpoint_auth_method: 'none' } : authentication?.members),
    ...(authentication?.hasSecret && { client_secret: secret }),
    redirect_uris: redirectUris,
    ...logoutMembers(client, redirectUris, leaveOut),
    grant_types: grantTypes,
    ...(grantTypes.includes('authorization_code') ? {} : { response_types: [] }),
    scope: scopes.scopeOf(client, leaveOut),
    // Keycloak issues refresh tokens without offline_access, which end with the session.
    ...(grantTypes.includes('refresh_token') && { session_refresh_tokens: true }),
    ...(!publicClient && attributes['pkce.code.challenge.method'] !== 'S256' && { require_pkce: false }),
    ...(!consentRequired && grantTypes.includes('authorization_code') && { skip_consent: true }),
    ...attributeMembers(attributes),
  };
}

/** The redirection URIs that may be registered here, where they are compared exactly (RFC 9700 §2.1). */
function usableUris({ rootUrl }: RealmClient, uris: readonly string[], leaveOut: LeaveOut): string[] {
  return uris.flatMap((written) => {
    const uri = written.startsWith('/') && rootUrl ? rootUrl.replace(/\/$/, '') + written : written;
    const problem = redirectUriProblem(uri, applicationTypeOf([uri]));
    if (problem === undefined) return [uri];
    leaveOut(`its redirection URI ${written}, which ${problem}`);
    return [];
  });
}

function grantTypesOf(client: RealmClient, redirectUris: readonly string[], leaveOut: LeaveOut): string[] {
  const { attributes = {}, bearerOnly = false, standardFlowEnabled = true } = client;
  if (bearerOnly) return [];
  const usesCode = standardFlowEnabled && redirectUris.length > 0;
  const usesDevice = usesDeviceGrant(client);
  if (standardFlowEnabled && !usesCode)
    leaveOut('the authorization code flow, as no redirection URI is left');
  if (client.implicitFlowEnabled) leaveOut('the implicit flow, which RFC 9700 §2.1.2 advises against');
  if (client.directAccessGrantsEnabled)
    leaveOut('direct access grants: the password grant is not offered (RFC 9700 §2.4)');
  if (attributes['standard.token.exchange.enabled'] === 'true')
    leaveOut('token exchange: name the clients and resources that it is for');
  return [
    ...(usesCode ? ['authorization_code'] : []),
    ...(usesDevice ? [deviceCodeGrantType] : []),
    ...((usesCode || usesDevice) && attributes['use.refresh.tokens'] !== 'false' ? ['refresh_token'] : []),
    ...(client.serviceAccountsEnabled && !client.publicClient ? ['client_credentials'] : []),
  ];
}

function logoutMembers(client: RealmClient, redirectUris: readonly string[], leaveOut: LeaveOut): object {
  const { attributes = {}, frontchannelLogout = false } = client;
  const listed = (attributes['post.logout.redirect.uris'] ?? '').split('##').filter(Boolean);
  const afterLogout = [
    ...(listed.includes('+') ? redirectUris : []),
    ...usableUris(
      client,
      listed.filter((uri) => uri !== '+' && uri !== '-'),
      leaveOut,
    ),
  ];
  const backChannel = attributes['backchannel.logout.url'];
  const frontChannel = frontchannelLogout ? attributes['frontchannel.logout.url'] : undefined;
  return {
    ...(afterLogout.length > 0 && { post_logout_redirect_uris: [...new Set(afterLogout)] }),
    ...(backChannel && { backchannel_logout_uri: backChannel }),
    ...(frontChannel && { frontchannel_logout_uri: frontChannel }),
  };
}
