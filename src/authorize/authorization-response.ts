import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { noStore, pageHeaders } from '../http/headers.js';
import { Refusals } from '../http/refusals.js';
import type { OAuthError } from '../protocol/errors.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { responseLocation } from '../protocol/response-mode.js';
import { Views } from '../views/views.js';
import type { ProvenRequest } from './authorization-request.js';

/** Sends the outcome of an authorization request to the client, by the response mode it asked for. */
@Injectable()
export class AuthorizationResponses {
  constructor(
    private readonly views: Views,
    private readonly refusals: Refusals,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** RFC 6749 §4.1.2 */
  code(reply: FastifyReply, request: ProvenRequest, code: string): void {
    this.send(reply, request, { code });
  }

  /** RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6 */
  error(reply: FastifyReply, request: ProvenRequest, error: OAuthError): void {
    const reference = this.refusals.note(reply.request, error, request.client.clientId);
    const description =
      reference === undefined ? error.description : `${error.description} (reference ${reference})`;
    this.send(reply, request, { error: error.code, error_description: description });
  }

  private send(
    reply: FastifyReply,
    { redirectUri, responseMode, state, client }: ProvenRequest,
    outcome: Record<string, string>,
  ): void {
    // RFC 9207 §2: `iss` in every response, errors included.
    const parameters = { ...outcome, ...(state === undefined ? {} : { state }), iss: this.settings.issuer };
    if (responseMode === 'form_post') {
      const nonce = randomBytes(16).toString('base64url');
      pageHeaders(reply, { formAction: redirectOrigin(redirectUri), scriptNonce: nonce });
      reply.send(
        this.views.formPost({ action: redirectUri, fields: parameters, nonce, clientName: client.name }),
      );
      return;
    }
    noStore(reply);
    // 303, so that a form post of ours is not repeated at the client (RFC 9700 §4.12).
    reply.redirect(responseLocation(redirectUri, responseMode, parameters), 303);
  }
}
