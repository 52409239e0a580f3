import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify, type JWTVerifyResult } from 'jose';
import { describeFinding, type Finding } from '../token/finding.js';
import { normalized, type ProofTarget } from './target.js';

/** The rules of proofs. Durations are in seconds. */
export interface ProofRules {
  readonly algorithms: readonly string[];
  /** How old a proof may be. */
  readonly maxAge: number;
  /** How far the clocks of the two sides may be apart, in either direction. */
  readonly clockTolerance: number;
}

/** What a good proof says. */
export interface Proof {
  readonly jti: string;
  readonly nonce: string | undefined;
  /** Thumbprint of the key that made it (RFC 7638). */
  readonly jkt: string;
  /** The last moment at which it is not too old, in seconds since the epoch. */
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

const LONGEST = 8_192;
const LONGEST_ID = 512;
/** 32 bits in base64url. */
const LONGEST_EXPONENT = 6;
/** 4,096 bits in base64url. */
const LONGEST_MODULUS = 683;

/**
 * Checks a DPoP proof for a request (RFC 9449 §4.3), but for its nonce, its replay and whether the token is bound to its
 * key.
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
  // Node joins repeated headers with a comma, which no proof holds.
  if (typeof header !== 'string' || header.length > LONGEST || header.includes(',')) {
    throw refused('DPoP header', 'one proof', header === undefined ? undefined : 'several, or one too long');
  }
  const { payload, protectedHeader } = await verify(header, rules, now);
  const { jti, htm, htu, ath, iat, nonce } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID) throw refused('jti', 'an id', jti);
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
      // iat has a window of its own below; exp and nbf, which no proof needs, are honoured where they stand.
      currentDate: new Date(now * 1000),
    });
    const { crit, jwk } = result.protectedHeader;
    if (crit !== undefined) throw refused('crit', undefined, crit);
    if (jwk !== undefined && 'd' in jwk) throw refused('jwk', 'a public key', 'a private one');
    return result;
  } catch (error) {
    if (error instanceof InvalidProof) throw error;
    // All of it came with the request, the key too: whatever fails is the proof's fault.
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidProof(
      'The DPoP proof is not valid',
      { check: `DPoP proof: ${reason}` },
      { cause: error },
    );
  }
}

// What it costs to check a signature by RSA grows with the modulus and the exponent: keys made in earnest have the exponent 65537.
const ownKey: typeof EmbeddedJWK = async (header) => {
  const { n = '', e = '' } = header?.jwk ?? {};
  if (n.length > LONGEST_MODULUS) throw refused('jwk', 'an RSA key of 4096 bits at most', 'a longer one');
  if (e.length > LONGEST_EXPONENT) throw refused('jwk', 'a short exponent', 'a long exponent');
  return EmbeddedJWK(header);
};

function refused(check: string, expected: unknown, received: unknown): InvalidProof {
  return new InvalidProof(`The DPoP proof is not valid: ${check}`, {
    check: `DPoP proof ${check}`,
    expected,
    received,
  });
}
