import type { Settings } from '../config/settings.js';

/** The domain that passkeys belong to: their relying party id (WebAuthn Level 3 §5.1.7). */
export const passkeyDomain = ({ issuer, passkeys }: Pick<Settings, 'issuer' | 'passkeys'>): string =>
  passkeys.domain ?? new URL(issuer).hostname;

/**
 * The origins of other domains that may use passkeys of this one (§5.11): those of the setting, and our own if the passkeys belong to
 * another domain.
 */
export function relatedOrigins(
  settings: Pick<Settings, 'issuer' | 'origin' | 'passkeys'>,
): readonly string[] {
  const domain = passkeyDomain(settings);
  const { hostname } = new URL(settings.issuer);
  const isWithin = hostname === domain || hostname.endsWith(`.${domain}`);
  return [...new Set(isWithin ? settings.passkeys.origins : [settings.origin, ...settings.passkeys.origins])];
}
