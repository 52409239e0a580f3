import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RegisteredClient } from '../clients/registered-client.js';
import { endpoints } from '../config/endpoints.js';
import { ClientCertificates } from '../proofs/client-certificates.js';
import { DpopProofs } from '../proofs/dpop-proofs.js';
import type { Confirmation } from '../protocol/confirmation.js';
import { invalidRequest, OAuthError } from '../protocol/errors.js';

/** Determines the key or certificate to which the tokens of a request are bound. */
@Injectable()
export class SenderConstraints {
  constructor(
    private readonly proofs: DpopProofs,
    private readonly certificates: ClientCertificates,
  ) {}

  /**
   * Verifies the DPoP proof and the certificate of a token request.
   * @returns undefined if the tokens will be bearer tokens
   * @throws OAuthError invalid_dpop_proof or use_dpop_nonce (RFC 9449 §5 and §8), invalid_request if a certificate is missing
   */
  async confirmationFor(
    http: FastifyRequest,
    reply: FastifyReply,
    client: RegisteredClient,
  ): Promise<Confirmation | undefined> {
    const { dpopBoundAccessTokens, tlsClientCertificateBoundAccessTokens } = client.metadata;
    const certificate = tlsClientCertificateBoundAccessTokens ? this.certificate(http) : undefined;
    const jkt = await this.proofs.accept(http, reply, endpoints.token, client.profile);
    if (jkt === undefined && (dpopBoundAccessTokens || client.requiresDpop)) {
      // "the authorization server MUST reject token requests from the client that do not contain the DPoP header" (§5.2)
      this.proofs.offerNonce(reply);
      throw new OAuthError('invalid_dpop_proof', 'this client must send a DPoP proof');
    }
    return jkt === undefined ? certificate : { jkt, ...certificate };
  }

  /** RFC 8705 §3 allows a bearer token if there is no certificate. Such a request is rejected here: no resource expects the token. */
  private certificate(http: FastifyRequest): Confirmation {
    const thumbprint = this.certificates.thumbprintOf(http);
    if (thumbprint === undefined) throw invalidRequest('this client must present its TLS certificate');
    return { 'x5t#S256': thumbprint };
  }
}
