import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { formParameters } from '../../http/forms.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import { message } from '../../locales/message.js';
import { SignInPages } from '../sign-in-pages.js';
import { sealedPurposeOf, SignInPurposes } from '../sign-in-purposes.js';
import { BeginningAtUpstream } from './beginning-at-upstream.js';
import { hintsOf, HomeRealms } from './home-realms.js';
import { upstreamIsGone } from './upstream-refusals.js';
import { Upstreams } from './upstreams.js';

/** Sends people to the upstream that they choose, or to the one of their e-mail address. It is public. */
@ApiExcludeController()
@Controller(endpoints.upstreamSignIn)
export class UpstreamStartController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly homeRealms: HomeRealms,
    private readonly beginning: BeginningAtUpstream,
    private readonly purposes: SignInPurposes,
    private readonly pages: SignInPages,
    private readonly anonymous: AnonymousRequests,
  ) {}

  /** @throws PageError 404 */
  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const [alias, email] = [form.get('upstream'), form.get('email')?.trim()];
    if (!alias) await this.anonymous.count('home realm look-up', request);
    const upstream = alias ? await this.upstreams.find(alias) : await this.homeRealms.ofAddress(email ?? '');
    if (!upstream && alias) throw upstreamIsGone();
    if (!upstream) {
      reply.status(404);
      await this.pages.showFirst({ purpose, error: message('upstream.unknownAddress') }, request, reply);
      return;
    }
    const keep = form.get('keep') !== undefined;
    const loginHint = email || hintsOf(purpose).loginHint;
    // Not what the form holds, but what was understood of it: it is kept.
    const { link: _link, ...fields } = await this.pages.fieldsOf(purpose);
    await this.beginning.begin({ upstream, purpose, fields, keep, loginHint }, request, reply);
  }
}
