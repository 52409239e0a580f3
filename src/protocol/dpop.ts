/** The algorithms of DPoP proofs: all asymmetric (Ed25519 is the newer name of EdDSA, RFC 9864). */
export const dpopAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Seconds by which a proof's `iat` may differ from our time, in either direction. */
export const proofWindowSeconds = 60;

const thumbprintForm = /^[\w-]{43}$/;

/** Whether this looks like a SHA-256 JWK thumbprint (RFC 7638), as in `dpop_jkt`. */
export const isThumbprint = (value: string): boolean => thumbprintForm.test(value);
