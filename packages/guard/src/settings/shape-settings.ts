import type { Profile } from '../profiles/profile.js';
import { profiles } from '../profiles/profiles.js';
import { type NameReader, roleReader, scopeReader } from '../token/name-reader.js';
import type { VerificationOptions } from './bearer-options.js';
import { check } from './checks.js';

/** The options for what tokens look like. */
export type ShapeOptions = Pick<VerificationOptions, 'profile' | 'scopes' | 'roles'>;

/** What tokens look like, and how they are read. */
export interface TokenShape {
  readonly profile: Profile;
  readonly scopes: NameReader;
  readonly roles: NameReader;
}

/** What signed tokens look like, and introspection responses. */
export interface ShapeSettings {
  readonly signed: TokenShape;
  readonly introspected: TokenShape;
  /** The options that they are made of. */
  readonly options: ShapeOptions;
}

/** @throws {TypeError} naming the wrong option */
export function shapeSettings(options: ShapeOptions, audience: readonly string[]): ShapeSettings {
  const { profile: name = 'rfc9068' } = options;
  check(Object.hasOwn(profiles, name), 'profile', `must be one of ${Object.keys(profiles).join(', ')}`);
  const signed = profiles[name];
  const { client, scopes } = signed;
  // RFC 7662 §2.2 names the members `client_id` and `scope`, and makes all but "active" optional.
  const introspected = {
    ...signed,
    required: [],
    client: ['client_id', ...client],
    scopes: [...new Set(['scope', ...scopes])],
  };
  return {
    signed: shapeOf(signed, options, audience),
    introspected: shapeOf(introspected, options, audience),
    options: { profile: name, scopes: options.scopes, roles: options.roles },
  };
}

function shapeOf(profile: Profile, { scopes, roles }: ShapeOptions, audience: readonly string[]): TokenShape {
  const roleClaims = profile.roles.flatMap((claim) =>
    claim.includes('{audience}') ? audience.map((one) => claim.replace('{audience}', () => one)) : [claim],
  );
  return {
    profile,
    scopes: scopeReader(scopes, profile.scopes),
    roles: roleReader(roles, roleClaims),
  };
}
