import { jwkProblem } from './public-jwks.js';

/** The algorithms of proofs: asymmetric, and as many as our own signatures have (Ed25519 is EdDSA by its newer name, RFC 9864). */
export const dpopAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Seconds that the time of a proof may be away from ours, in either direction. */
export const proofWindow = 60;

/** Characters of a proof that are read: several times what a proof with an RSA key of 4096 bits has. */
export const longestProof = 8_192;

/** A compact serialization; a second DPoP header shows as a comma. */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const thumbprintForm = /^[\w-]{43}$/;

/** Whether this has the form of a SHA-256 JWK thumbprint (RFC 7638), as `dpop_jkt` holds it. */
export const isThumbprint = (value: string): boolean => thumbprintForm.test(value);

/** What a proof is for. */
export interface ProofTarget {
  readonly method: string;
  /** The address of the request as clients know it, without query. */
  readonly url: string;
  /** The other one, where clients with a certificate have their own (RFC 8705 §5). */
  readonly alias?: string;
  /** At a protected resource: the hash of the access token that comes with the proof. */
  readonly accessTokenHash?: string;
}

export interface ProofHeader {
  readonly typ?: unknown;
  readonly alg?: unknown;
  readonly jwk?: unknown;
}

/** The claims that the rules below look at. */
export interface ProofClaims {
  readonly jti?: unknown;
  readonly htm?: unknown;
  readonly htu?: unknown;
  readonly iat?: unknown;
  readonly ath?: unknown;
}

/** What is wrong with the form of a DPoP header, or undefined: "there is not more than one DPoP HTTP request header field", a JWT (RFC 9449 §4.3). */
export function proofFormProblem(proof: string): string | undefined {
  if (proof.length > longestProof) return 'is too long';
  return compactForm.test(proof) ? undefined : 'is not a single JWT';
}

/** What is wrong with the header of a proof, or undefined (RFC 9449 §4.3, 4 to 7 without the signature). */
export function proofHeaderProblem({ typ, alg, jwk }: ProofHeader): string | undefined {
  if (typ !== 'dpop+jwt') return 'has a typ other than dpop+jwt';
  if (!dpopAlgorithms.some((allowed) => allowed === alg)) return 'has an alg that is not allowed';
  return jwkProblem(jwk) === undefined ? undefined : 'has no public key in jwk';
}

/**
 * What is wrong with the claims of a verified proof, or undefined (RFC 9449 §4.3, 8 to 12). The nonce is not looked at here.
 * @param now seconds since the epoch
 */
export function proofClaimsProblem(
  { jti, htm, htu, iat, ath }: ProofClaims,
  target: ProofTarget,
  now: number,
): string | undefined {
  if (typeof jti !== 'string' || jti === '') return 'has no jti';
  if (htm !== target.method) return 'is for another method (htm)';
  const addresses = target.alias === undefined ? [target.url] : [target.url, target.alias];
  if (typeof htu !== 'string' || !addresses.some((url) => isSameTarget(htu, url)))
    return 'is for another address (htu)';
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return 'has no iat';
  if (Math.abs(now - iat) > proofWindow) return 'is too old or too new (iat)';
  if (target.accessTokenHash !== undefined && ath !== target.accessTokenHash)
    return 'is for another access token (ath)';
  return undefined;
}

/**
 * "The htu claim matches the HTTP URI value for the HTTP request in which the JWT was received, ignoring any query and fragment
 * parts", after normalization by syntax and by scheme (RFC 9449 §4.3; RFC 3986 §6.2.2 and §6.2.3).
 * @param url ours, normal already
 */
export function isSameTarget(htu: string, url: string): boolean {
  // Stricter than the URL parser, which takes white space, backslashes and missing slashes for what they might have meant.
  if (!/^https?:\/\/[^/\\\s][^\\\s]*$/i.test(htu) || !URL.canParse(htu)) return false;
  const named = new URL(htu);
  if (named.username !== '' || named.password !== '') return false;
  return `${named.origin}${unescaped(named.pathname)}` === url;
}

/** Percent-encoding taken from where it is not needed (RFC 3986 §6.2.2.2). */
function unescaped(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
}
