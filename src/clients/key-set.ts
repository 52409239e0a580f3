import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
} from 'jose';
import { jwkProblem, maxKeys } from '../protocol/public-jwks.js';

/** Finds the key for a JWT by its header. */
type KeyChoice = (...jwt: Parameters<ReturnType<typeof createLocalJWKSet>>) => Promise<CryptoKey>;

/** Keys that are tried for one JWT without a `kid`. */
const maxKeysTried = 4;

/** A set is prepared once, so that its keys are imported once. It is forgotten with the set itself. */
const prepared = new WeakMap<JSONWebKeySet, KeyChoice>();

/**
 * The keys of a client that can be used. Others are left out: "implementations SHOULD ignore JWKs within a JWK Set that use kty values
 * that are not understood […] or for which values are out of the supported ranges" (RFC 7517 §5).
 */
export const usableKeys = (keys: readonly unknown[]): JSONWebKeySet => ({
  keys: keys.slice(0, maxKeys).filter((key) => jwkProblem(key) === undefined) as JSONWebKeySet['keys'],
});

/**
 * Verifies a JWT with the keys of a client, and returns its claims.
 * @throws JOSEError if the JWT is invalid, or no key of the set fits or can be used
 */
export async function verifyWith(
  keys: JSONWebKeySet,
  jwt: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(jwt, choiceOf(keys), options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return verifyWithAny(error, jwt, options);
  }
}

/** The JWT has no kid: tries the first keys that fit its algorithm. */
async function verifyWithAny(
  candidates: errors.JWKSMultipleMatchingKeys,
  jwt: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of candidates) {
    if (++tried > maxKeysTried) break;
    try {
      return (await jwtVerify(jwt, key, options)).payload;
    } catch (failure) {
      if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
    }
  }
  throw new errors.JWSSignatureVerificationFailed(
    `none of the ${Math.min(tried, maxKeysTried)} keys that were tried fits: name the key by kid`,
  );
}

function choiceOf(keys: JSONWebKeySet): KeyChoice {
  let choice = prepared.get(keys);
  if (!choice) prepared.set(keys, (choice = choiceAmong(createLocalJWKSet(usableKeys(keys.keys)))));
  return choice;
}

/** Members beside the key itself, such as `key_ops`, can forbid its import too. Then it is as if the key were not there. */
const choiceAmong =
  (keys: KeyChoice): KeyChoice =>
  async (...jwt) => {
    try {
      return await keys(...jwt);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw error;
      throw new errors.JWKSNoMatchingKey(`the key cannot be used: ${String(error)}`);
    }
  };
