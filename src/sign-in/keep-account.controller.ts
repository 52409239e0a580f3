import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { addressOf } from '../http/network.js';
import { userAgentOf } from '../http/user-agent.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { AccountDeletions } from '../users/account-deletions.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { SignInSteps } from './sign-in-steps.js';
import { SignInsUnderWay } from './sign-in-under-way.js';

/** The page on which people keep an account that they have asked to delete, between the proof of who they are and the session. */
@ApiExcludeController()
@Controller(endpoints.keepAccount)
export class KeepAccountController {
  constructor(
    private readonly deletions: AccountDeletions,
    private readonly decisions: SignInDecisions,
    private readonly underWay: SignInsUnderWay,
    private readonly steps: SignInSteps,
  ) {}

  /** The page follows the sign-in page and has no URL of its own: a bookmark of it leads there. */
  @Get()
  show(@Res() reply: FastifyReply): void {
    reply.redirect(endpoints.signIn, 303);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async keep(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const underWay = await this.underWay.require(request, reply);
    if (!underWay) return;
    const { progress, purpose } = underWay;
    // Whoever has proven less than the sign-in asks for keeps nothing.
    const step = await this.decisions.stepOf(progress, purpose, request);
    if (step?.kind === 'restoration')
      await this.deletions.keep(progress.user, {
        address: addressOf(request),
        userAgent: userAgentOf(request),
      });
    await this.steps.goOn(progress, purpose, request, reply);
  }
}
