import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { AnonymousRequests } from '../../../http/anonymous-requests.js';
import { formParameters } from '../../../http/forms.js';
import type { LoadedUpstream } from '../definition.js';
import { upstreamIsGone, UpstreamRefusals } from '../upstream-refusals.js';
import { type KeptAnswer, UpstreamRequests } from '../upstream-requests.js';
import { Upstreams } from '../upstreams.js';
import { IdpInitiated } from './idp-initiated.js';
import { SamlServiceProvider } from './saml-service-provider.js';

/** Takes responses of SAML upstreams, and publishes what they have to know of this server. It is public. */
@ApiExcludeController()
@Controller(endpoints.upstream)
export class SamlController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly provider: SamlServiceProvider,
    private readonly requests: UpstreamRequests,
    private readonly idpInitiated: IdpInitiated,
    private readonly refusals: UpstreamRefusals,
    private readonly anonymous: AnonymousRequests,
  ) {}

  /** @throws PageError 404 */
  @Get(':alias/metadata')
  async metadata(@Param('alias') alias: string, @Res() reply: FastifyReply): Promise<void> {
    const document = await this.provider.metadata(await this.require(alias));
    reply.type('application/samlmetadata+xml').send(document);
  }

  /**
   * The assertion consumer service. The POST comes from another site, without our cookies: the verified response is kept with its
   * request, once, and counts in the browser that began it and brought the response: a redirect comes back with its cookies and a receipt.
   * @throws PageError 404; 400 or 403 if the response is not accepted
   */
  @Post(':alias/acs')
  async consume(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.require(alias);
    const form = formParameters(request);
    const state = form.get('RelayState') ?? '';
    await this.anonymous.check('upstream sign-in', request);
    let kept: KeptAnswer;
    try {
      kept = await this.accept(upstream, state, form.get('SAMLResponse') ?? '');
    } catch (error) {
      await this.anonymous.count('upstream sign-in', request);
      throw await this.refusals.pageOf(error, upstream, request);
    }
    const query = new URLSearchParams({ ...kept }).toString();
    reply.redirect(`${endpoints.upstream}/${alias}/callback?${query}`, 303);
  }

  private async accept(upstream: LoadedUpstream, state: string, encoded: string): Promise<KeptAnswer> {
    if (await this.idpInitiated.isUnsolicited(upstream, state, encoded))
      return this.idpInitiated.receive(upstream, state, encoded);
    const sent = await this.requests.look(state, upstream);
    const answer = await this.provider.receive(upstream, sent, encoded);
    return { state, receipt: await this.requests.receive(state, sent, answer) };
  }

  private async require(alias: string): Promise<LoadedUpstream> {
    const upstream = await this.upstreams.find(alias);
    if (upstream?.protocol !== 'saml') throw upstreamIsGone();
    return upstream;
  }
}
