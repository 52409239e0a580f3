import type { RealmClient } from './realm.js';

/** Members by the attribute that has their value. */
const texts = { logo_uri: 'logoUri', policy_uri: 'policyUri', tos_uri: 'tosUri' } as const;
const flags = {
  dpop_bound_access_tokens: 'dpop.bound.access.tokens',
  tls_client_certificate_bound_access_tokens: 'tls.client.certificate.bound.access.tokens',
  require_pushed_authorization_requests: 'require.pushed.authorization.requests',
} as const;

/** Attributes that are read, or that mean nothing here. */
const knownAttributes: ReadonlySet<string> = new Set([
  ...Object.values(texts),
  ...Object.values(flags),
  'access.token.lifespan',
  'backchannel.logout.session.required',
  'backchannel.logout.url',
  'client.secret.creation.time',
  'display.on.consent.screen',
  'frontchannel.logout.session.required',
  'frontchannel.logout.url',
  'jwks.url',
  'oauth2.device.authorization.grant.enabled',
  'pkce.code.challenge.method',
  'post.logout.redirect.uris',
  'realm_client',
  'standard.token.exchange.enabled',
  'use.jwks.url',
  'use.refresh.tokens',
]);

/** The names of attributes that say something, and are not read. */
export const unreadAttributes = (attributes: Readonly<Record<string, string>>): string[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    knownAttributes.has(name) || name.startsWith('saml') || ['', 'false', '{}', '[]'].includes(value)
      ? []
      : [name],
  );

/** Members that are attributes under another name. */
export const attributeMembers = (attributes: Readonly<Record<string, string>>): object => ({
  ...Object.fromEntries(
    Object.entries(texts).flatMap(([member, name]) => (attributes[name] ? [[member, attributes[name]]] : [])),
  ),
  ...Object.fromEntries(
    Object.entries(flags).flatMap(([member, name]) => (attributes[name] === 'true' ? [[member, true]] : [])),
  ),
});

/** Whether a client may use the device authorization grant (RFC 8628). */
export const usesDeviceGrant = ({ attributes = {} }: RealmClient): boolean =>
  attributes['oauth2.device.authorization.grant.enabled'] === 'true';
