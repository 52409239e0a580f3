import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { noStore, pageHeaders } from '../http/headers.js';
import { addressOf, networksOf } from '../http/network.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { JwtSigner } from '../keys/jwt-signer.js';
import type { OAuthError } from '../protocol/errors.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { responseLocation } from '../protocol/response-mode.js';
import { sessionState } from '../protocol/session-state.js';
import { BrowserState } from '../sessions/browser-state.js';
import { Views } from '../views/views.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';

/** "a maximum JWT lifetime of 10 minutes is RECOMMENDED" (JARM §2.1). */
const responseLifetimeSeconds = 120;

/** Sends the response to an authorization request to the client, by the requested response mode. */
@Injectable()
export class AuthorizationResponses {
  constructor(
    private readonly views: Views,
    private readonly browserState: BrowserState,
    private readonly signer: JwtSigner,
    private readonly clock: Clock,
    private readonly explainedErrors: ExplainedErrors,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Sends what was issued (RFC 6749 §4.1.2, OIDC Core §3.2.2.5 and §3.3.2.5).
   * @param issued the code, the tokens, or both
   */
  async success(
    reply: FastifyReply,
    request: AuthorizationRequest,
    issued: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.send(reply, request, { ...issued, ...this.sessionState(reply, request) });
  }

  /** Sends an error (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6), with its reference in the journal of refusals if it was recorded. */
  async error(reply: FastifyReply, request: ProvenRequest, error: OAuthError): Promise<void> {
    const { clientId } = request.client;
    const networks = networksOf(addressOf(reply.request));
    const reference = this.explainedErrors.record({ request: reply.request, clientId, networks }, error);
    const description =
      reference === undefined ? error.description : `${error.description} (reference ${reference})`;
    await this.send(reply, request, { error: error.code, error_description: description });
  }

  /** "When the OP supports session management, it MUST also return the Session State" (OIDC Session Management §2). */
  private sessionState(
    reply: FastifyReply,
    { client, redirectUri, scopes }: AuthorizationRequest,
  ): { readonly session_state?: string } {
    if (!scopes.includes('openid')) return {};
    const browserState = this.browserState.ensure(reply.request, reply);
    if (browserState === undefined) return {};
    const salt = randomBytes(12).toString('base64url');
    const { clientId } = client;
    return {
      session_state: sessionState({ clientId, origin: new URL(redirectUri).origin, browserState, salt }),
    };
  }

  private async send(
    reply: FastifyReply,
    request: ProvenRequest,
    outcome: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { redirectUri, state, client } = request;
    const { transport } = request.responseMode;
    const parameters = await this.encodeParameters(request, {
      ...outcome,
      ...(state === undefined ? {} : { state }),
    });
    if (transport === 'form_post') {
      const nonce = randomBytes(16).toString('base64url');
      pageHeaders(reply, { formAction: redirectOrigin(redirectUri), scriptNonce: nonce });
      reply.send(
        this.views.render(
          'form-post',
          {
            action: redirectUri,
            fields: parameters,
            nonce,
            clientName: client.shownName,
          },
          reply,
        ),
      );
      return;
    }
    noStore(reply);
    // With 303 the browser does not repeat a form post of ours at the client (RFC 9700 §4.12).
    reply.redirect(responseLocation(redirectUri, transport, parameters), 303);
  }

  /** The parameters with the issuer, plain (RFC 9207 §2, for errors too) or in a signed JWT (JARM §2.1). */
  private async encodeParameters(
    { responseMode, client }: ProvenRequest,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const { issuer } = this.settings;
    if (!responseMode.signed) return { ...parameters, iss: issuer };
    const alg = client.metadata.authorizationSignedResponseAlg as SigningAlgorithm;
    const exp = this.clock.now() + responseLifetimeSeconds;
    return {
      response: await this.signer.sign(alg, 'JWT', { iss: issuer, aud: client.clientId, exp, ...parameters }),
    };
  }
}
