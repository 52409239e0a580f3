import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints, upstreamLogoutPath } from '../../../config/endpoints.js';
import { AnonymousRequests } from '../../../http/anonymous-requests.js';
import { formParameters } from '../../../http/forms.js';
import { noStore } from '../../../http/headers.js';
import { addressOf } from '../../../http/network.js';
import { OAuthError } from '../../../protocol/errors.js';
import type { LoadedUpstream } from '../definition.js';
import { Upstreams } from '../upstreams.js';
import { LogoutTokenRefused } from './logout-tokens.js';
import { UpstreamLogout } from './upstream-logout.js';

/**
 * Takes the logout tokens of OpenID providers (OIDC Back-Channel Logout §2.5). It is public: a token is accepted for its signature, and
 * once.
 */
@ApiExcludeController()
@Controller(endpoints.upstream)
export class UpstreamLogoutController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly logout: UpstreamLogout,
    private readonly anonymous: AnonymousRequests,
  ) {}

  /** @throws OAuthError 404 if there is no such provider; 400 if the token is not accepted; 429 */
  @Post(`:alias${upstreamLogoutPath}`)
  @HttpCode(200)
  async receive(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.require(alias);
    await this.anonymous.check('upstream logout', request);
    try {
      const form = formParameters(request);
      form.refuseRepeated(['logout_token']);
      await this.logout.receive(upstream, form.require('logout_token'), addressOf(request));
    } catch (error) {
      await this.anonymous.count('upstream logout', request);
      throw answerTo(error, alias);
    }
    // §2.8: "the RP's response SHOULD include the Cache-Control HTTP response header field with a no-store value".
    noStore(reply);
    reply.send();
  }

  /** One that is not enabled any more is heard too: sessions that came from it may be open. */
  private async require(alias: string): Promise<LoadedUpstream> {
    const upstream = (await this.upstreams.all()).find((one) => one.alias === alias);
    if (upstream?.protocol !== 'oidc')
      throw new OAuthError('invalid_request', 'there is no OpenID provider of this name', { status: 404 });
    return upstream;
  }
}

/** "If the logout request was invalid or the logout failed, the RP MUST respond with HTTP 400 Bad Request" (§2.8). */
function answerTo(error: unknown, alias: string): unknown {
  if (!(error instanceof LogoutTokenRefused)) return error;
  const detail = `upstream ${alias}: logout token: ${error.message}`;
  return error.isTemporary
    ? new OAuthError('temporarily_unavailable', 'the keys of the provider could not be read', { detail })
    : new OAuthError('invalid_request', 'the logout token is not valid', { detail });
}
