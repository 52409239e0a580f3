import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify, type JWTVerifyResult } from 'jose';
import { describeFinding, type Finding } from '../token/finding.js';
import { normalized, type ProofTarget } from './target.js';

/** The rules of proofs. Durations are in seconds. */
export interface ProofRules {
  readonly algorithms: readonly string[];
  /** How old a proof may be. */
  readonly maxAge: number;
  /** The allowed difference between the clocks, in either direction. */
  readonly clockTolerance: number;
}

/** The contents of a valid proof. */
export interface Proof {
  readonly jti: string;
  readonly nonce: string | undefined;
  /** The thumbprint of its key (RFC 7638). */
  readonly jkt: string;
  /** The last time at which it is accepted, in seconds since the epoch. */
  readonly until: number;
}

/** The proof is refused (RFC 9449 §7.1, `invalid_dpop_proof`). */
export class InvalidProof extends Error {
  override readonly name = 'InvalidProof';

  constructor(
    description: string,
    readonly finding: Finding,
    options?: ErrorOptions,
  ) {
    super(description, options);
  }

  /** The finding on one line. */
  get detail(): string {
    return describeFinding(this.finding);
  }
}

const MAX_PROOF_LENGTH = 8_192;
const MAX_ID_LENGTH = 512;
/** 32 bits in base64url. */
const MAX_EXPONENT_LENGTH = 6;
/** 4,096 bits in base64url. */
const MAX_MODULUS_LENGTH = 683;

/**
 * Checks a DPoP proof for a request (RFC 9449 §4.3), except for its nonce, its replay, and whether the token is bound to its key.
 *
 * @param header the DPoP header, as it was sent
 * @param now seconds since the epoch
 * @throws {InvalidProof}
 */
export async function readProof(
  header: string | string[] | undefined,
  target: ProofTarget,
  rules: ProofRules,
  now: number,
): Promise<Proof> {
  // Node joins repeated headers with a comma, which no proof contains.
  if (typeof header !== 'string' || header.length > MAX_PROOF_LENGTH || header.includes(',')) {
    throw refused('DPoP header', 'one proof', header === undefined ? undefined : 'several, or one too long');
  }
  const { payload, protectedHeader } = await verify(header, rules, now);
  const { jti, htm, htu, ath, iat, nonce } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) throw refused('jti', 'an id', jti);
  if (htm !== target.method) throw refused('htm', target.method, htm);
  if (typeof htu !== 'string' || !target.uris.some((uri) => uri === normalized(htu))) {
    throw refused('htu', target.uris.join(' or '), htu);
  }
  if (target.token !== undefined && ath !== createHash('sha256').update(target.token).digest('base64url')) {
    throw refused('ath', 'the hash of the access token', ath);
  }
  const { maxAge, clockTolerance } = rules;
  const made = typeof iat === 'number' ? iat : NaN;
  const until = made + maxAge + clockTolerance;
  if (!(until >= now && made <= now + clockTolerance)) {
    throw refused('iat', `between ${now - maxAge} and ${now}`, iat);
  }
  if (nonce !== undefined && typeof nonce !== 'string') throw refused('nonce', 'a text', nonce);
  const jkt = await calculateJwkThumbprint(protectedHeader.jwk as JWK, 'sha256');
  return { jti, nonce, jkt, until };
}

async function verify(proof: string, { algorithms }: ProofRules, now: number): Promise<JWTVerifyResult> {
  try {
    const result = await jwtVerify(proof, ownKey, {
      algorithms: [...algorithms],
      typ: 'dpop+jwt',
      // iat is checked below. A proof needs no exp and nbf, but they are checked if present.
      currentDate: new Date(now * 1000),
    });
    const { crit, jwk } = result.protectedHeader;
    if (crit !== undefined) throw refused('crit', undefined, crit);
    if (jwk !== undefined && 'd' in jwk) throw refused('jwk', 'a public key', 'a private one');
    return result;
  } catch (error) {
    if (error instanceof InvalidProof) throw error;
    // The proof and its key come from the request, so every error is an error of the proof.
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidProof(
      'The DPoP proof is not valid',
      { check: `DPoP proof: ${reason}` },
      { cause: error },
    );
  }
}

// The cost of an RSA check grows with the modulus and the exponent. Real keys have a short exponent, such as 65537.
const ownKey: typeof EmbeddedJWK = async (header) => {
  const { n = '', e = '' } = header?.jwk ?? {};
  if (n.length > MAX_MODULUS_LENGTH) throw refused('jwk', 'an RSA key of 4096 bits at most', 'a longer one');
  if (e.length > MAX_EXPONENT_LENGTH) throw refused('jwk', 'a short exponent', 'a long exponent');
  return EmbeddedJWK(header);
};

function refused(check: string, expected: unknown, received: unknown): InvalidProof {
  return new InvalidProof(`The DPoP proof is not valid: ${check}`, {
    check: `DPoP proof ${check}`,
    expected,
    received,
  });
}
