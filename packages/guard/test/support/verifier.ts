import type { BearerOptions } from '@eyrie/guard';
import { bearerSettings } from '../../src/settings/bearer-settings.js';
import { IssuerVerifier } from '../../src/issuer/issuer-verifier.js';
import type { Clock } from './clock.js';
import { AUDIENCE, type LocalIssuer } from './local-issuer.js';

export const UNAVAILABLE = { name: 'VerifierUnavailable' };
export const INVALID = { name: 'InvalidToken', code: 'invalid_token' };

/** A verifier of this issuer's tokens whose time is the clock's. */
export function verifierOf(
  issuer: LocalIssuer,
  clock: Clock,
  options: Partial<BearerOptions> = {},
): IssuerVerifier {
  const settings = bearerSettings({ issuer: issuer.url, audience: AUDIENCE, now: clock.now, ...options });
  const [only] = settings.issuers;
  if (only === undefined) throw new TypeError('The issuers are resolved at run time');
  return new IssuerVerifier(only);
}
