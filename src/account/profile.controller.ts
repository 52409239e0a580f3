import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { message } from '../locales/message.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import type { ProfilePage } from '../views/account-page-models.js';
import { Views } from '../views/views.js';
import { byOwner } from './by-owner.js';
import { Notices } from './notices.js';
import { OwnProfile } from './own-profile.js';

/** The page on which people see and change their profile. It shows and changes only their own. */
@ApiExcludeController()
@Controller(endpoints.accountProfile)
export class ProfileController {
  constructor(
    private readonly profile: OwnProfile,
    private readonly sessions: Sessions,
    private readonly notices: Notices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const notice = await this.notices.take(session, request, reply);
    const content = await this.profile.contentFor(session.userId);
    this.render(session, { ...content, notice }, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.signedIn(request, reply);
    if (!session) return;
    const { userId } = session;
    const form = formParameters(request);
    const typed = await this.profile.read(userId, new Map(form.entries()));
    const version = form.require('version');
    const outcome = await this.profile.change(userId, typed, version, byOwner(session, request));
    if (outcome.kind === 'changed') {
      await this.notices.leave(session, message('profile.saved'), reply);
      reply.redirect(endpoints.accountProfile, 303);
    } else if (outcome.kind === 'outdated') {
      reply.status(409);
      const error = message('profile.changedElsewhere');
      this.render(session, { ...(await this.profile.contentFor(userId)), error }, request, reply);
    } else {
      reply.status(400);
      const content = await this.profile.contentFor(userId, typed, outcome.members);
      this.render(session, { ...content, error: message('profile.invalid') }, request, reply);
    }
  }

  private render(
    { username }: ActiveSession,
    shown: Omit<ProfilePage, 'csrfToken' | 'username'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const csrfToken = this.browser.csrfToken(request, reply);
    pageHeaders(reply);
    reply.send(this.views.render('profile', { csrfToken, username, ...shown }, reply));
  }

  /** The session, or a redirect to the sign-in page. */
  private async signedIn(request: FastifyRequest, reply: FastifyReply): Promise<ActiveSession | undefined> {
    const session = await this.sessions.current(request);
    if (!session) reply.redirect(endpoints.signIn, 303);
    return session;
  }
}
