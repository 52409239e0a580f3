/** The algorithms of proofs: asymmetric, and as many as our own signatures have (Ed25519 is EdDSA by its newer name, RFC 9864). */
export const dpopAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Seconds that the time of a proof may be away from ours, in either direction. */
export const proofWindow = 60;

const thumbprintForm = /^[\w-]{43}$/;

/** Whether this has the form of a SHA-256 JWK thumbprint (RFC 7638), as `dpop_jkt` holds it. */
export const isThumbprint = (value: string): boolean => thumbprintForm.test(value);
