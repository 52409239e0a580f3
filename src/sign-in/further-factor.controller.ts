import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { Factors } from './factors/factors.js';
import { SignInSteps } from './sign-in-steps.js';
import { SignInsUnderWay } from './sign-in-under-way.js';

/** Shows the page of another factor than the preferred one, or mails another code. Only for the browser in which the first factor was proven. */
@ApiExcludeController()
@Controller(endpoints.furtherFactor)
export class FurtherFactorController {
  constructor(
    private readonly underWay: SignInsUnderWay,
    private readonly factors: Factors,
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
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const underWay = await this.underWay.require(request, reply);
    if (!underWay) return;
    const { progress, purpose } = underWay;
    const factor = this.factors.named(formParameters(request).get('factor') ?? '');
    if (factor) await this.steps.choose(factor.name, progress, purpose, request, reply);
    else await this.steps.goOn(progress, purpose, request, reply);
  }
}
