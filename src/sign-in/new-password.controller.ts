import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { Sessions } from '../sessions/sessions.js';
import { DirectoryPasswordChange } from './directory-password-change.js';
import { PasswordFactor } from './factors/password.js';
import { PasswordChange } from './password-change.js';
import { failureOf } from './sign-in-completion.js';
import { SignInPages } from './sign-in-pages.js';
import type { SignInProgress } from './sign-in-progress.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';
import { SignInSteps } from './sign-in-steps.js';
import { SignInsUnderWay } from './sign-in-under-way.js';

/** The page on which a password that must be changed is changed, between its proof and the session. */
@ApiExcludeController()
@Controller(endpoints.newPassword)
export class NewPasswordController {
  constructor(
    private readonly passwordFactor: PasswordFactor,
    private readonly passwordChange: PasswordChange,
    private readonly directoryChange: DirectoryPasswordChange,
    private readonly underWay: SignInsUnderWay,
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    private readonly steps: SignInSteps,
    private readonly sessions: Sessions,
  ) {}

  /** The page follows the sign-in page and has no URL of its own: a bookmark of it leads there. */
  @Get()
  show(@Res() reply: FastifyReply): void {
    reply.redirect(endpoints.signIn, 303);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const underWay = await this.underWay.require(request, reply);
    if (!underWay) return;
    const { progress, purpose } = underWay;
    const form = formParameters(request);
    const typed = {
      present: form.get('password') ?? '',
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
    };
    const { outdatedPassword } = progress;
    const outcome = outdatedPassword
      ? await this.directoryChange.changeOutdated(outdatedPassword, progress, typed, request)
      : await this.passwordChange.change(progress, typed, request);
    if (outcome.kind === 'changed')
      await this.steps.goOn(
        { ...progress, user: outcome.user, outdatedPassword: undefined },
        purpose,
        request,
        reply,
      );
    else if (outcome.kind === 'outdated')
      await this.repeat(progress, typed.password, purpose, request, reply);
    else {
      const shown = { purpose, progress, ...failureOf(outcome, reply) };
      const { directory } = outdatedPassword ?? {};
      await this.pages.showNext('new-password', shown, { directory }, request, reply);
    }
  }

  /** The form came twice: by a double click, or from the page before. Who is signed in, or knows the new password, goes on. */
  private async repeat(
    progress: SignInProgress,
    password: string,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessions.current(request);
    if (session?.userId === progress.user.userId) {
      await this.purposes.goOn(purpose, request, reply, session.tokenHash);
      return;
    }
    const outcome = progress.outdatedPassword
      ? undefined
      : await this.passwordFactor.verify(request, progress.username, password);
    if (outcome?.kind === 'proven')
      await this.steps.goOn({ ...progress, user: outcome.user }, purpose, request, reply);
    else await this.steps.askAgain(progress, purpose, request, reply);
  }
}
