import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { AnonymousRequests } from '../../../http/anonymous-requests.js';
import { formParameters, queryOf, queryParameters } from '../../../http/forms.js';
import type { Parameters } from '../../../protocol/parameters.js';
import { Sessions } from '../../../sessions/sessions.js';
import { Views } from '../../../views/views.js';
import type { LoadedUpstream } from '../definition.js';
import { SignOutReturn } from '../logout/sign-out-return.js';
import { showOnwards } from '../onwards.js';
import { upstreamIsGone } from '../upstream-refusals.js';
import { Upstreams } from '../upstreams.js';
import { badAnswer } from './bad-answer.js';
import type { BroughtMessage } from './saml-logout.js';
import { SamlLogout } from './saml-logout.js';
import { logoutRefusalOf, SamlSessionEnd } from './saml-session-end.js';

/**
 * The single logout service (SAML profiles §4.4): requests of an upstream, and its responses to ours, by redirect or by POST. It is
 * public: a message is accepted for its signature, and once.
 */
@ApiExcludeController()
@Controller(endpoints.upstream)
export class SingleLogoutController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly logout: SamlLogout,
    private readonly sessionEnd: SamlSessionEnd,
    private readonly signOutReturn: SignOutReturn,
    private readonly sessions: Sessions,
    private readonly views: Views,
    private readonly anonymous: AnonymousRequests,
  ) {}

  /** @throws PageError 404; 400 if the message is not accepted */
  @Get(':alias/slo')
  async redirected(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.receive(alias, () => queryParameters(request), { query: queryOf(request) }, request, reply);
  }

  /** @throws PageError as {@link redirected} */
  @Post(':alias/slo')
  @HttpCode(200)
  async posted(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.receive(alias, () => formParameters(request), undefined, request, reply);
  }

  private async receive(
    alias: string,
    read: () => Parameters,
    query: { readonly query: string } | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.require(alias);
    await this.anonymous.check('upstream logout', request);
    try {
      const parameters = read();
      const relayState = parameters.get('RelayState');
      const message = messageOf(parameters, query);
      if (message.name === 'SAMLResponse')
        await this.signOutReturn.receive(
          upstream,
          relayState,
          (requestId) => this.logout.checkResponse(upstream, message, requestId),
          reply,
        );
      else await this.answer(upstream, message, relayState, reply);
    } catch (error) {
      await this.anonymous.count('upstream logout', request);
      throw logoutRefusalOf(error, upstream);
    }
  }

  private async answer(
    upstream: LoadedUpstream,
    message: BroughtMessage,
    relayState: string | undefined,
    reply: FastifyReply,
  ): Promise<void> {
    const ended = await this.sessionEnd.receive(upstream, message, reply.request);
    await this.sessions.forgetEnded(reply);
    const way = await this.logout.response(upstream, ended, relayState);
    if (way instanceof URL) reply.redirect(way.href, 303);
    else showOnwards(this.views, upstream, way, reply, 'sign-out');
  }

  /** One that is not enabled any more is heard too: sessions that came from it may be open. */
  private async require(alias: string): Promise<LoadedUpstream> {
    const upstream = (await this.upstreams.all()).find((one) => one.alias === alias);
    if (upstream?.protocol !== 'saml' || upstream.slo_url === undefined) throw upstreamIsGone();
    return upstream;
  }
}

/** "RelayState … MUST NOT exceed 80 bytes" (SAML bindings §3.4.3); some providers do. */
const maxRelayStateLength = 1_024;

function messageOf(parameters: Parameters, query: { readonly query: string } | undefined): BroughtMessage {
  const repeated = ['SAMLRequest', 'SAMLResponse', 'RelayState'].find((name) =>
    parameters.repeated.has(name),
  );
  if (repeated !== undefined) throw badAnswer(`${repeated} is there twice`);
  const [request, response] = [parameters.get('SAMLRequest'), parameters.get('SAMLResponse')];
  if ((request === undefined) === (response === undefined))
    throw badAnswer('expected a SAMLRequest or a SAMLResponse');
  if ((parameters.get('RelayState') ?? '').length > maxRelayStateLength)
    throw badAnswer(`RelayState has more than ${maxRelayStateLength} characters`);
  return {
    name: request === undefined ? 'SAMLResponse' : 'SAMLRequest',
    from: query ?? { encoded: request ?? response ?? '' },
  };
}
