import { createHash } from 'node:crypto';
import { type AccessToken, BearerGuard, InvalidToken } from '@eyrie/guard';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientCertificates } from '../http/client-certificates.js';
import { DpopNonces } from '../keys/dpop-nonces.js';
import { DpopProofs } from '../keys/dpop-proofs.js';
import { dpopAlgorithms } from '../protocol/dpop.js';
import { invalidRequest, OAuthError, type OAuthErrorCode } from '../protocol/errors.js';
import { InProcessVerifier } from '../resource/in-process-verifier.js';

type TokenRequest = FastifyRequest & { accessToken?: AccessToken };

/** Where it is not 401 (RFC 6750 §3.1). */
const statuses: Partial<Record<OAuthErrorCode, number>> = { invalid_request: 400, insufficient_scope: 403 };

const dpopScheme = /^dpop(?: |$)/i;
const dpopCredentials = /^dpop +([\w.~+/-]+=*)$/i;

/** Lets in who has a good access token with the scope openid: a bearer token, or one bound to a key with a proof (RFC 9449 §7). */
@Injectable()
export class UserinfoGuard implements CanActivate {
  constructor(
    private readonly bearer: BearerGuard,
    private readonly verifier: InProcessVerifier,
    private readonly proofs: DpopProofs,
    private readonly nonces: DpopNonces,
    private readonly certificates: ClientCertificates,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<TokenRequest>();
    const isBound = dpopScheme.test(request.headers.authorization ?? '');
    if (isBound) await this.admit(request, http.getResponse<FastifyReply>());
    else await this.bearer.canActivate(context);
    if (!request.accessToken?.scopes.has('openid'))
      throw refusal(new OAuthError('insufficient_scope', 'the access token lacks the scope openid'), isBound);
    return true;
  }

  private async admit(request: TokenRequest, reply: FastifyReply): Promise<void> {
    this.nonces.offer(reply);
    try {
      request.accessToken = await this.proven(request);
    } catch (error) {
      if (error instanceof InvalidToken)
        throw refusal(new OAuthError('invalid_token', error.message, { detail: error.detail }), true);
      throw error instanceof OAuthError ? refusal(error, true) : error;
    }
  }

  /** The token of a request whose proof is for this request, this token, and signed with the token's key. */
  private async proven(request: TokenRequest): Promise<AccessToken> {
    const token = dpopToken(request);
    const { dpop } = request.headers;
    if (dpop === undefined) throw new OAuthError('invalid_dpop_proof', 'the DPoP proof is missing');
    const { accessToken, jkt } = await this.verifier.verifyBound(
      token,
      this.certificates.thumbprintOf(request),
    );
    const accessTokenHash = createHash('sha256').update(token, 'ascii').digest('base64url');
    const { issuer, mtls } = this.settings;
    const url = issuer + endpoints.userinfo;
    const alias = mtls?.origin && mtls.origin + endpoints.userinfo;
    await this.proofs.accept(String(dpop), { method: request.method, url, alias, accessTokenHash }, jkt);
    return accessToken;
  }
}

/** The token in the Authorization header, and nowhere else (RFC 9449 §7.1). */
function dpopToken({ headers, body, query, raw }: TokenRequest): string {
  const token = dpopCredentials.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw invalidRequest('the Authorization header is malformed');
  const sent = raw.rawHeaders.filter((name, index) => index % 2 === 0 && /^authorization$/i.test(name));
  const elsewhere = [body, query].some(
    (fields) => typeof fields === 'object' && fields !== null && 'access_token' in fields,
  );
  if (sent.length > 1 || elsewhere) throw invalidRequest('the access token is sent in more than one way');
  return token;
}

/** The error with the status and the challenge that it owes (RFC 6750 §3, RFC 9449 §7.1). */
function refusal({ code, description, detail }: OAuthError, isBound: boolean): OAuthError {
  const attributes = [
    'realm="eyrie"',
    `error="${code}"`,
    ...(code === 'insufficient_scope' ? ['scope="openid"'] : []),
    ...(isBound ? [`algs="${dpopAlgorithms.join(' ')}"`] : []),
  ];
  const challenge = `${isBound ? 'DPoP' : 'Bearer'} ${attributes.join(', ')}`;
  return new OAuthError(code, description, { status: statuses[code] ?? 401, detail, challenge });
}
