import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { FormGuard } from '../../http/form.guard.js';
import { formParameters } from '../../http/forms.js';
import { Languages } from '../../http/languages.js';
import { addressOf } from '../../http/network.js';
import { message, verbatim } from '../../locales/message.js';
import { Views } from '../../views/views.js';
import { showUnusableLink } from '../recovery/unusable-link.js';
import { failureOf } from '../sign-in-completion.js';
import { SignInPages } from '../sign-in-pages.js';
import { NewAccounts } from '../sign-up/new-accounts.js';
import { InvitationAnswers } from './invitation-answers.js';
import { InvitationPages, type ShownAttempt } from './invitation-pages.js';
import { type InvitationReference, type OpenedInvitation, OpenedInvitations } from './opened-invitations.js';

/**
 * The page on which people answer an invitation into an organization. A mailed link leads to it, or the account page of whoever has the
 * invited address. Opening it changes nothing.
 */
@ApiExcludeController()
@Controller(endpoints.invitation)
export class InvitationController {
  constructor(
    private readonly opened: OpenedInvitations,
    private readonly answers: InvitationAnswers,
    private readonly accounts: NewAccounts,
    private readonly pages: InvitationPages,
    private readonly signInPages: SignInPages,
    private readonly languages: Languages,
    private readonly views: Views,
  ) {}

  @Get()
  async show(
    @Query('token') token: unknown,
    @Query('id') id: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reference = referenceOf(token, id);
    const opened = await this.opened.open(reference, request);
    if (opened.kind === 'open') await this.pages.show(opened, reference, {}, request, reply);
    else showUnusableLink(opened, this.views, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const reference = referenceOf(form.get('token'), form.get('invitation'));
    const opened = await this.opened.open(reference, request);
    const answer = form.get('answer');
    if (opened.kind !== 'open') showUnusableLink(opened, this.views, reply);
    else if (answer === 'decline') await this.decline(opened, request, reply);
    else if (answer === 'sign-up') await this.signUp(opened, reference, request, reply);
    else await this.accept(opened, reference, request, reply);
  }

  private async decline(
    { invitation, user, fits }: OpenedInvitation,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const userId = user && fits ? user.id : null;
    const outcome = await this.answers.decline(invitation, userId, addressOf(request));
    if (outcome === 'done') this.pages.showDeclined(reply);
    else showUnusableLink({ kind: 'dead' }, this.views, reply);
  }

  /** Only for the account that the page was shown to: another one may be the current one by now. */
  private async accept(
    opened: OpenedInvitation,
    reference: InvitationReference,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { invitation, organization, user, fits, link } = opened;
    if (!user || !fits || formParameters(request).get('account') !== user.id) {
      await this.pages.show(opened, reference, {}, request, reply.status(409));
      return;
    }
    const outcome = await this.answers.accept(invitation, user.id, link, addressOf(request));
    if (outcome === 'done' || (await this.answers.isAccepted(invitation.id, user.id)))
      this.pages.showAccepted(organization, reply);
    else if (outcome === 'dead') showUnusableLink({ kind: 'dead' }, this.views, reply);
    else {
      const error = message(outcome === 'taken' ? 'invitation.taken' : 'invitation.otherAccount');
      await this.pages.show({ ...opened, fits: false }, reference, { error }, request, reply.status(409));
    }
  }

  /** Makes an account that belongs to the organization. Its owner signs in with it then. */
  private async signUp(
    opened: OpenedInvitation,
    reference: InvitationReference,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { invitation, organization, link } = opened;
    if (!link || !(await this.pages.offersSignUp(opened))) {
      await this.pages.show(opened, reference, {}, request, reply.status(409));
      return;
    }
    const form = formParameters(request);
    const username = form.get('username')?.trim() ?? '';
    const name = form.get('name')?.trim() ?? '';
    const typed = {
      username,
      name,
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
      locale: this.languages.of(request).tag,
    };
    const address = addressOf(request);
    const outcome = await this.accounts.create(link, typed, address, (tx, userId, now) =>
      this.answers.join(tx, invitation, userId, { name: `user:${userId}`, address }, now),
    );
    if (outcome.kind === 'dead') showUnusableLink(outcome, this.views, reply);
    else if (outcome.kind === 'created') {
      const notice = message('invitation.ready', { organization: verbatim(organization) });
      await this.signInPages.showFirst({ purpose: { kind: 'account' }, username, notice }, request, reply);
    } else {
      const attempt: ShownAttempt = { username, name, ...failureOf(outcome, reply, 400) };
      await this.pages.show(opened, reference, attempt, request, reply);
    }
  }
}

const referenceOf = (token: unknown, id: unknown): InvitationReference => ({
  token: typeof token === 'string' ? token : undefined,
  id: typeof id === 'string' ? id : undefined,
});
