import { Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import { UsedJtisStore } from '../persistence/stores/used-jtis.store.js';
import {
  dpopAlgorithms,
  type ProofClaims,
  proofClaimsProblem,
  proofFormProblem,
  proofHeaderProblem,
  type ProofTarget,
  proofWindow,
} from '../protocol/dpop.js';
import { OAuthError } from '../protocol/errors.js';
import { DpopNonces } from './dpop-nonces.js';

interface VerifiedProof {
  readonly claims: ProofClaims & { readonly nonce?: unknown };
  readonly thumbprint: string;
}

/** Checks DPoP proofs: that whoever sends a request has the private key to the public one in the proof (RFC 9449 §4.3). */
@Injectable()
export class DpopProofs {
  constructor(
    private readonly usedJtis: UsedJtisStore,
    private readonly nonces: DpopNonces,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts a proof once.
   * @param proof the value of the DPoP header
   * @param boundTo the thumbprint of the one key that will do; any will when absent
   * @returns the thumbprint of the key
   * @throws OAuthError invalid_dpop_proof, or use_dpop_nonce where it lacks the present nonce
   */
  async accept(proof: string, target: ProofTarget, boundTo?: string): Promise<string> {
    const now = this.clock.now();
    const { claims, thumbprint } = await verified(proof, now);
    const problem = proofClaimsProblem(claims, target, now);
    if (problem !== undefined) throw refused(problem);
    if (boundTo !== undefined && thumbprint !== boundTo) throw refused('is signed with another key');
    if (this.nonces.isRequired && !this.nonces.accepts(claims.nonce))
      throw new OAuthError('use_dpop_nonce', 'the DPoP proof needs the nonce of the header DPoP-Nonce');

    const jtiHash = lookupHash(JSON.stringify(['dpop', thumbprint, claims.jti]));
    const expiresAt = Math.ceil(Number(claims.iat)) + proofWindow + 1;
    if (!(await this.database.write((tx) => this.usedJtis.use(tx, jtiHash, expiresAt))))
      throw refused('was used before (jti)');
    return thumbprint;
  }
}

async function verified(proof: string, now: number): Promise<VerifiedProof> {
  const problem = proofFormProblem(proof) ?? proofHeaderProblem(headerOf(proof));
  if (problem !== undefined) throw refused(problem);
  try {
    const { alg, jwk } = decodeProtectedHeader(proof) as { alg: string; jwk: JWK };
    const { payload } = await jwtVerify(proof, await importJWK(jwk, alg), {
      algorithms: [...dpopAlgorithms],
      currentDate: new Date(now * 1000),
      clockTolerance: proofWindow,
    });
    return { claims: payload, thumbprint: await calculateJwkThumbprint(jwk, 'sha256') };
  } catch (error) {
    // Nothing but the proof itself goes into this: whatever fails is the proof's fault.
    throw refused('does not verify', (error as Error).message);
  }
}

function headerOf(proof: string): object {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    throw refused('is not a JWT');
  }
}

const refused = (problem: string, detail?: string): OAuthError =>
  new OAuthError('invalid_dpop_proof', `the DPoP proof ${problem}`, { detail });
