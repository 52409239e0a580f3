import { InvalidProof, type ProofRules, readProof } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { dpopAlgorithms, proofWindowSeconds } from '../protocol/dpop.js';
import { OAuthError } from '../protocol/errors.js';
import { type Profile, usableAlgorithms } from '../protocol/profile.js';
import { DpopNonces } from './dpop-nonces.js';
import { DpopReplays } from './dpop-replays.js';

/** The rules for proofs, at our endpoints and at our protected resources. */
export const proofRules = (profile: Profile | null): ProofRules => ({
  algorithms: usableAlgorithms(profile, dpopAlgorithms),
  maxAge: 0,
  clockTolerance: proofWindowSeconds,
});

/** Checks DPoP proofs at the authorization server's own endpoints, where there is no access token (RFC 9449 §5). */
@Injectable()
export class DpopProofs {
  constructor(
    private readonly replays: DpopReplays,
    private readonly nonces: DpopNonces,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Accepts the proof of a request once.
   * @param path of the endpoint: the proof must name its public URL, whatever the Host header says
   * @param profile of the client, which may leave out algorithms
   * @returns the thumbprint of the key; undefined if the request has no DPoP header
   * @throws OAuthError invalid_dpop_proof, or use_dpop_nonce if the nonce is missing or old
   */
  async accept(
    http: FastifyRequest,
    reply: FastifyReply,
    path: string,
    profile: Profile | null,
  ): Promise<string | undefined> {
    const { dpop } = http.headers;
    if (dpop === undefined) return undefined;
    this.offerNonce(reply);
    const now = this.clock.now();
    const { origin, issuerPath, mtls } = this.settings;
    const origins = mtls?.origin === undefined ? [origin] : [origin, mtls.origin];
    const target = { method: http.method, uris: origins.map((one) => one + issuerPath + path) };
    try {
      const { jkt, jti, nonce, until } = await readProof(dpop, target, proofRules(profile), now);
      if (this.settings.dpopNonce && (nonce === undefined || this.nonces.check(nonce, now) === 'bad'))
        throw new OAuthError('use_dpop_nonce', 'the DPoP proof needs the nonce in the DPoP-Nonce header');
      if (await this.replays.note(`${jkt} ${jti}`, until)) return jkt;
    } catch (error) {
      if (error instanceof InvalidProof)
        throw new OAuthError('invalid_dpop_proof', error.message, { detail: error.detail });
      throw error;
    }
    throw new OAuthError('invalid_dpop_proof', 'The DPoP proof was used before');
  }

  /** Sends the client the nonce for its next proof, if nonces are on. */
  offerNonce(reply: FastifyReply): void {
    if (this.settings.dpopNonce) reply.header('dpop-nonce', this.nonces.current(this.clock.now()));
  }
}
