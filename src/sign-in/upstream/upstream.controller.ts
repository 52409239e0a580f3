import { Controller, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { formParameters, queryOf } from '../../http/forms.js';
import { PageError } from '../../http/page-error.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import { message } from '../../locales/message.js';
import { sealedPurposeOf, SignInPurposes } from '../sign-in-purposes.js';
import type { LoadedUpstream } from './definition.js';
import { UpstreamArrival } from './upstream-arrival.js';
import { UpstreamRefusals } from './upstream-refusals.js';
import { UpstreamRequests } from './upstream-requests.js';
import { UpstreamSignIn } from './upstream-sign-in.js';
import { Upstreams } from './upstreams.js';

/** Leads to upstreams and back. It is public; an answer counts once, in the browser that was sent there. */
@ApiExcludeController()
@Controller()
export class UpstreamController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly signIn: UpstreamSignIn,
    private readonly requests: UpstreamRequests,
    private readonly arrival: UpstreamArrival,
    private readonly purposes: SignInPurposes,
    private readonly refusals: UpstreamRefusals,
    private readonly anonymous: AnonymousRequests,
  ) {}

  @Post(endpoints.upstreamSignIn)
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const upstream = await this.require(form.get('upstream') ?? '');
    const fields = sealedPurposeOf(request);
    const purpose = await this.purposes.find(fields, request);
    await this.anonymous.count('upstream sign-in', request);
    try {
      const keep = form.get('keep') !== undefined;
      await this.signIn.begin({ upstream, purpose, fields, keep }, request, reply);
    } catch (error) {
      throw await this.refusals.pageOf(error, upstream, request, fields);
    }
  }

  @Get(`${endpoints.upstream}/:alias/callback`)
  async finish(
    @Param('alias') alias: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.require(alias);
    const query = queryOf(request);
    const state = new URLSearchParams(query).get('state') ?? '';
    await this.anonymous.check('upstream sign-in', request);
    const taken = await this.requests.take(state, upstream, request).catch(async (error: unknown) => {
      await this.anonymous.count('upstream sign-in', request);
      throw await this.refusals.pageOf(error, upstream, request);
    });
    try {
      const answer = await this.signIn.finish(upstream, taken, `?${query}`);
      await this.arrival.receive(upstream, taken, answer, request, reply);
    } catch (error) {
      throw await this.refusals.pageOf(error, upstream, request, taken.purpose);
    }
  }

  /** @throws PageError 404 */
  private async require(alias: string): Promise<LoadedUpstream> {
    const upstream = await this.upstreams.find(alias);
    if (upstream) return upstream;
    throw new PageError(404, 'not_found', message('upstream.notSignedIn'), message('upstream.gone'), {
      links: [{ href: endpoints.signIn, label: message('upstream.again') }],
    });
  }
}
