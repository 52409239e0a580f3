import type { BearerOptions, NonceOptions } from './bearer-options.js';
import { certificateReader } from '../proof/certificate.js';
import { Nonces, type NonceSource } from '../proof/nonces.js';
import type { PossessionSettings } from '../proof/possession.js';
import { Replays } from '../proof/replays.js';
import { check, count, flag, isSecureUrl, isText, seconds } from './checks.js';
import { checkedAlgorithms } from './issuer-settings.js';

/** The options for bound tokens, for every verifier. */
export type PossessionOptions = Pick<BearerOptions, 'dpop' | 'mtls' | 'origin'>;

const ALGORITHMS = ['ES256', 'EdDSA', 'PS256', 'RS256'];

/**
 * Checks the options and fills in the defaults.
 *
 * @param audiences the identifiers of the service, for the default of `origin`
 * @throws {TypeError} naming the wrong option
 */
export function possessionSettings(
  { dpop, mtls, origin }: PossessionOptions,
  audiences: readonly string[],
): PossessionSettings {
  const options = typeof dpop === 'object' ? dpop : {};
  const required = flag('dpop.required', options.required, false);
  const origins = typeof origin === 'string' ? [origin] : origin;
  const areOrigins = origins === undefined || (origins.length > 0 && origins.every(isOrigin));
  check(areOrigins, 'origin', 'must be an https URL without a path');
  const known = origins ?? originsOf(audiences);
  const isOffered = dpop !== undefined && dpop !== false;
  check(!isOffered || known.length > 0, 'origin', 'is needed for DPoP, since the audience is not a URL');
  return {
    accepted: dpop !== false,
    required,
    offered: required ? 'alone' : isOffered ? 'beside' : 'no',
    algorithms: checkedAlgorithms('dpop.algorithms', options.algorithms ?? ALGORITHMS),
    maxAge: seconds('dpop.maxAge', options.maxAge, 60),
    clockTolerance: seconds('dpop.clockTolerance', options.clockTolerance, 5),
    nonces: options.nonce && nonceSource(options.nonce),
    replays: options.replays ?? new Replays(count('dpop.replayCacheSize', options.replayCacheSize, 100_000)),
    origins: known,
    certificateOf: typeof mtls === 'function' ? mtls : certificateReader(mtls),
  };
}

function nonceSource(option: NonceOptions | NonceSource): NonceSource {
  if ('check' in option) return option;
  const { secret, lifetime } = option;
  check(isText(secret) && secret.length >= 32, 'dpop.nonce.secret', 'must have 32 characters or more');
  const checked = seconds('dpop.nonce.lifetime', lifetime, 300);
  check(checked >= 1, 'dpop.nonce.lifetime', 'must be 1 second or more');
  return new Nonces(secret, checked);
}

/**
 * The origins of the audiences that are URLs. The origin of a proof is never taken from its request: the caller chooses the Host header,
 * so another service that received a token and its proof could use both here.
 */
export function originsOf(audiences: readonly string[]): readonly string[] {
  const urls = audiences.filter((one) => /^https?:/i.test(one) && URL.canParse(one));
  return [...new Set(urls.map((one) => new URL(one).origin))];
}

function isOrigin(value: string): boolean {
  return isText(value) && isSecureUrl(value) && new URL(value).origin === value;
}
