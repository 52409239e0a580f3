import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { formParameters } from '../../http/forms.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import { failureOf } from '../sign-in-completion.js';
import { SignInDecisions } from '../sign-in-decisions.js';
import { redirectOriginOf, SignInPages } from '../sign-in-pages.js';
import { type SignInProgress, SignInProgresses } from '../sign-in-progress.js';
import type { SignInPurpose } from '../sign-in-purposes.js';
import { SignInSteps } from '../sign-in-steps.js';
import { SignInsUnderWay } from '../sign-in-under-way.js';
import { type Enrolling, Enrolments } from './enrolments.js';

/** Sets up a second factor at a sign-in that asks for one. Only for who has proven a first factor and has no second one. */
@ApiExcludeController()
@Controller(endpoints.enrolment)
export class EnrolmentController {
  constructor(
    private readonly underWay: SignInsUnderWay,
    private readonly enrolments: Enrolments,
    private readonly pages: SignInPages,
    private readonly progresses: SignInProgresses,
    private readonly steps: SignInSteps,
    private readonly decisions: SignInDecisions,
  ) {}

  /** The page follows the sign-in page and has no URL of its own: a bookmark of it leads there. */
  @Get()
  show(@Res() reply: FastifyReply): void {
    reply.redirect(endpoints.signIn, 303);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async setUp(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const underWay = await this.underWay.require(request, reply);
    if (!underWay) return;
    const { progress, purpose } = underWay;
    const enrolment = this.enrolments.named(formParameters(request).get('factor'));
    // Otherwise whoever knows a password could add a second factor of their own.
    const step = await this.decisions.stepOf(progress, purpose, request);
    if (!enrolment || step?.kind !== 'enrolment') {
      await this.steps.goOn(progress, purpose, request, reply);
      return;
    }
    const enrolling = await this.enrolling(progress, purpose, request, reply);
    if (!this.enrolments.isAnswer(request)) {
      await this.enrolments.show(enrolment, enrolling, undefined, request, reply);
      return;
    }
    const outcome = await this.enrolments.confirm(enrolment, enrolling, request);
    if (outcome.kind === 'refused') {
      const { error } = failureOf(outcome, reply);
      await this.enrolments.show(enrolment, enrolling, error, request, reply);
    } else if (outcome.kind === 'outdated') {
      await this.steps.askAgain(progress, purpose, request, reply);
    } else {
      const { username, keep } = progress;
      const next = this.decisions.advance(progress, { ...outcome, username }, keep);
      if (outcome.codes.length === 0) await this.steps.goOn(next, purpose, request, reply);
      else {
        const shown = await this.enrolling(next, purpose, request, reply);
        this.enrolments.showCodes(outcome.codes, shown, request, reply);
      }
    }
  }

  private async enrolling(
    progress: SignInProgress,
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Enrolling> {
    return {
      user: progress.user,
      username: progress.username,
      form: {
        action: endpoints.enrolment,
        ...(await this.pages.fieldsOf(purpose)),
        progress: await this.progresses.seal(progress, request, reply),
        clientBrand: await this.pages.brandOf(purpose),
      },
      formAction: redirectOriginOf(purpose),
    };
  }
}
