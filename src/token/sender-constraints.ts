import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RegisteredClient } from '../clients/registered-client.js';
import { endpoints } from '../config/endpoints.js';
import { DpopProofs } from '../keys/dpop-proofs.js';
import type { Confirmation } from '../protocol/confirmation.js';
import { OAuthError } from '../protocol/errors.js';

/** Finds out what the tokens of a request are to be bound to. A request that proves nothing costs nothing. */
@Injectable()
export class SenderConstraints {
  constructor(private readonly proofs: DpopProofs) {}

  /**
   * What the sender of a token request proved to have; undefined where the tokens will be bearer tokens.
   * @throws OAuthError invalid_dpop_proof or use_dpop_nonce (RFC 9449 §5 and §8)
   */
  async of(
    http: FastifyRequest,
    reply: FastifyReply,
    client: RegisteredClient,
  ): Promise<Confirmation | undefined> {
    const jkt = await this.proofs.accept(http, reply, endpoints.token);
    if (jkt !== undefined) return { jkt };
    if (!client.metadata.dpopBoundAccessTokens) return undefined;
    // "the authorization server MUST reject token requests from the client that do not contain the DPoP header" (§5.2)
    this.proofs.offerNonce(reply);
    throw new OAuthError('invalid_dpop_proof', 'this client has to send a DPoP proof');
  }
}
