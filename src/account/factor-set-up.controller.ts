import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { type Enrolling, Enrolments } from '../sign-in/enrolment/enrolments.js';
import { RecoveryCodes } from '../sign-in/enrolment/recovery-codes.js';
import { failureOf, SignInCompletion } from '../sign-in/sign-in-completion.js';
import { SignInDecisions } from '../sign-in/sign-in-decisions.js';
import { byOwner } from './by-owner.js';
import { Notices } from './notices.js';
import { type Owner, RecentProof } from './recent-proof.js';
import { type Message, message } from '../locales/message.js';

/** Sets up what people sign in with, for who has just proven to be them. */
@ApiExcludeController()
@Controller(endpoints.accountSecurity)
export class FactorSetUpController {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly recentProof: RecentProof,
    private readonly decisions: SignInDecisions,
    private readonly completion: SignInCompletion,
    private readonly notices: Notices,
  ) {}

  /** Shows the page that sets up a factor, and takes its answer. Without the name of a factor it leads back. */
  @Post('set-up')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async setUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const enrolment = this.enrolments.named(formParameters(request).get('factor'));
    if (!enrolment) {
      reply.redirect(endpoints.accountSecurity, 303);
      return;
    }
    const enrolling = enrollingIn(owner);
    if (!this.enrolments.isAnswer(request)) {
      await this.enrolments.show(enrolment, enrolling, undefined, request, reply);
      return;
    }
    const outcome = await this.enrolments.confirm(enrolment, enrolling, request);
    if (outcome.kind === 'refused') {
      const { error } = failureOf(outcome, reply);
      await this.enrolments.show(enrolment, enrolling, error, request, reply);
    } else if (outcome.kind === 'outdated') {
      await this.done(message('security.changedElsewhere'), owner, reply);
    } else {
      // What was set up has just been used: it is a proof.
      const { progress } = owner;
      const next = this.decisions.advance(
        progress,
        { ...outcome, username: progress.username },
        progress.keep,
      );
      await this.completion.complete(next, request, reply);
      if (outcome.codes.length > 0) this.enrolments.showCodes(outcome.codes, enrolling, request, reply);
      else await this.done(message('security.isSetUp'), owner, reply);
    }
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @UseGuards(FormGuard)
  async makeCodes(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply);
    if (!owner) return;
    const codes = await this.recoveryCodes.replace(owner.session.userId, byOwner(owner.session, request));
    if (codes.length > 0) this.enrolments.showCodes(codes, enrollingIn(owner), request, reply);
    else reply.redirect(endpoints.accountSecurity, 303);
  }

  /** Leads back to the page, which says what was done. */
  private async done(notice: Message, { session }: Owner, reply: FastifyReply): Promise<void> {
    await this.notices.leave(session, notice, reply);
    reply.redirect(endpoints.accountSecurity, 303);
  }
}

const enrollingIn = ({ progress }: Owner): Enrolling => ({
  user: progress.user,
  username: progress.username,
  form: { action: `${endpoints.accountSecurity}/set-up` },
});
