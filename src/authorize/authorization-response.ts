import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { noStore, pageHeaders } from '../http/headers.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { JwtSigner } from '../keys/jwt-signer.js';
import type { OAuthError } from '../protocol/errors.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { responseLocation } from '../protocol/response-mode.js';
import { Views } from '../views/views.js';
import type { ProvenRequest } from './authorization-request.js';

/** Seconds that a signed response is good: "a maximum JWT lifetime of 10 minutes is RECOMMENDED" (JARM §2.1). */
const signedFor = 120;

/** Sends the outcome of an authorization request to the client, by the response mode it asked for. */
@Injectable()
export class AuthorizationResponses {
  private readonly logger = new Logger('Refused');

  constructor(
    private readonly views: Views,
    private readonly signer: JwtSigner,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** RFC 6749 §4.1.2 */
  async code(reply: FastifyReply, request: ProvenRequest, code: string): Promise<void> {
    await this.send(reply, request, { code });
  }

  /** RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6 */
  async error(reply: FastifyReply, request: ProvenRequest, error: OAuthError): Promise<void> {
    if (error.detail !== undefined) this.logger.debug(`${error.code} [${reply.request.id}]: ${error.detail}`);
    await this.send(reply, request, { error: error.code, error_description: error.description });
  }

  private async send(
    reply: FastifyReply,
    request: ProvenRequest,
    outcome: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { redirectUri, state, client } = request;
    const { transport } = request.responseMode;
    const parameters = await this.dressed(request, {
      ...outcome,
      ...(state === undefined ? {} : { state }),
    });
    if (transport === 'form_post') {
      const nonce = randomBytes(16).toString('base64url');
      pageHeaders(reply, { formAction: redirectOrigin(redirectUri), scriptNonce: nonce });
      reply.send(
        this.views.formPost({ action: redirectUri, fields: parameters, nonce, clientName: client.name }),
      );
      return;
    }
    noStore(reply);
    // 303, so that a form post of ours is not repeated at the client (RFC 9700 §4.12).
    reply.redirect(responseLocation(redirectUri, transport, parameters), 303);
  }

  /** The parameters as they travel, with the issuer: side by side (RFC 9207 §2, errors included), or in a signed JWT (JARM §2.1). */
  private async dressed(
    { responseMode, client }: ProvenRequest,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const { issuer } = this.settings;
    if (!responseMode.signed) return { ...parameters, iss: issuer };
    const alg = client.metadata.authorizationSignedResponseAlg as SigningAlgorithm;
    const exp = this.clock.now() + signedFor;
    return {
      response: await this.signer.sign(alg, 'JWT', { iss: issuer, aud: client.clientId, exp, ...parameters }),
    };
  }
}
