import type { JWK } from 'jose';
import type { KeyOptions, StaticKeys } from './bearer-options.js';
import { check, isSecureUrl, isText, seconds } from './checks.js';

/** Where the keys of an issuer come from, and how they are cached. */
export interface KeySettings extends Required<KeyOptions> {
  /** The URL of the keys; `undefined` if it is in the metadata of the issuer. */
  readonly uri: string | undefined;
  /** The keys themselves, which are never fetched; `undefined` if they are fetched. */
  readonly published: readonly JWK[] | undefined;
}

const AGES: Required<KeyOptions> = { refreshAfter: 300, maxAge: 600, staleFor: 3600, cooldown: 30 };

/** @throws {TypeError} naming the wrong option */
export function keySettings(
  keys: KeyOptions | StaticKeys = {},
  jwksUri: string | undefined,
  allowHttp: boolean,
): KeySettings {
  check(
    jwksUri === undefined || (isText(jwksUri) && isSecureUrl(jwksUri, allowHttp)),
    'jwksUri',
    'must be an https URL (http on loopback, or with allowHttp)',
  );
  const published = publishedKeys(keys);
  check(published === undefined || jwksUri === undefined, 'keys', 'or jwksUri, but not both');
  return { ...ages(published === undefined ? (keys as KeyOptions) : {}), uri: jwksUri, published };
}

/** The list in a JWK Set, or a list of JWKs; `undefined` if these are the options of fetched keys. */
function publishedKeys(keys: KeyOptions | StaticKeys): readonly JWK[] | undefined {
  const list: unknown = Array.isArray(keys) ? keys : (keys as { keys?: unknown }).keys;
  if (list === undefined) return undefined;
  check(
    Array.isArray(list) && list.length > 0 && list.every(isPublicKey),
    'keys',
    'must be public keys, as JWKs or a JWK Set',
  );
  return list;
}

// A private or secret key has no place in a service that verifies tokens (RFC 7518 §6).
function isPublicKey(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, d, k } = key as JWK;
  return isText(kty) && d === undefined && k === undefined;
}

function ages(options: KeyOptions): Required<KeyOptions> {
  const keys = {
    refreshAfter: seconds('keys.refreshAfter', options.refreshAfter, AGES.refreshAfter),
    maxAge: seconds('keys.maxAge', options.maxAge, AGES.maxAge),
    staleFor: seconds('keys.staleFor', options.staleFor, AGES.staleFor),
    cooldown: seconds('keys.cooldown', options.cooldown, AGES.cooldown),
  };
  check(keys.refreshAfter <= keys.maxAge, 'keys.refreshAfter', 'must not exceed keys.maxAge');
  check(keys.maxAge <= keys.staleFor, 'keys.maxAge', 'must not exceed keys.staleFor');
  return keys;
}
