/** Security profiles. Each demands what the one before it demands, and more. */
export const profiles = ['fapi2', 'fapi2-message-signing'] as const;
export type Profile = (typeof profiles)[number];

/** The stricter one of a client's own profile and the one that all clients have; null if there is none. */
export function profileInForce(own: string | null | undefined, ofAll: Profile | 'off'): Profile | null {
  return profiles.findLast((profile) => profile === own || profile === ofAll) ?? null;
}

/** Whether a profile includes what another one demands. */
export const includesProfile = (profile: Profile | null, other: Profile): boolean =>
  profile !== null && profiles.indexOf(profile) >= profiles.indexOf(other);

/**
 * "Authorization servers, clients, and resource servers when creating or processing JWTs shall […] use PS256, ES256, or EdDSA (using the
 * Ed25519 variant) algorithms" (FAPI 2.0 Security Profile §5.4.1). Ed25519 is the newer name of the latter (RFC 9864).
 */
export const profileAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** The algorithms among these that a client may use. */
export const usableAlgorithms = <Algorithm extends string>(
  profile: Profile | null,
  algorithms: readonly Algorithm[],
): Algorithm[] =>
  algorithms.filter(
    (algorithm) => profile === null || (profileAlgorithms as readonly string[]).includes(algorithm),
  );

/** "shall issue pushed authorization requests request_uri with expires_in values of less than 600 seconds" (§5.3.2.2). */
const maxPushedRequestSeconds = 599;

/** Seconds for which a pushed request can be used. */
export const pushedRequestLifetime = (profile: Profile | null, seconds: number): number =>
  profile === null ? seconds : Math.min(seconds, maxPushedRequestSeconds);
