import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInPages } from './sign-in-pages.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/**
 * Asks with which of the accounts of the browser to go on: for a request (prompt=select_account, or if none of them is the current one),
 * only in the browser that began it, and for the pages of the account. The one that is chosen becomes the current one.
 */
@ApiExcludeController()
@Controller()
export class SelectAccountController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly pages: SignInPages,
    private readonly purposes: SignInPurposes,
    walk: Walk,
  ) {
    walk.register('select-account', async (opened, request, reply) => {
      await this.show(await purposes.of(opened), request, reply);
    });
  }

  @Get(endpoints.selectAccount)
  async ask(
    @Query('interaction') interaction: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.show(await this.purposeOf(interaction, request), request, reply);
  }

  @Get(endpoints.accountSwitch)
  async askForAccount(
    @Query('to') to: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.show(await this.purposes.find({ to }, request), request, reply);
  }

  @Post(endpoints.selectAccount)
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const purpose = await this.purposeOf(formParameters(request).get('interaction'), request);
    await this.goOn(purpose, request, reply);
  }

  @Post(endpoints.accountSwitch)
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async chooseForAccount(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const to = formParameters(request).get('to');
    await this.goOn(await this.purposes.find({ to }, request), request, reply);
  }

  /** @throws PageError if the interaction is not open in this browser */
  private async purposeOf(interaction: string | undefined, request: FastifyRequest): Promise<SignInPurpose> {
    return this.purposes.of(await this.interactions.open(interaction ?? '', request));
  }

  private async goOn(purpose: SignInPurpose, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const choice = formParameters(request).get('choice') ?? '';
    if (choice === 'other') {
      await this.signIn(purpose, request, reply);
      return;
    }
    const chosen = await this.sessions.makeCurrent(choice, reply);
    if (chosen) await this.purposes.goOn(purpose, request, reply, chosen.tokenHash);
    // It has ended meanwhile.
    else await this.show(purpose, request, reply);
  }

  private async show(purpose: SignInPurpose, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const held = await this.sessions.held(request);
    if (held.length === 0) await this.signIn(purpose, request, reply);
    else await this.pages.showAccounts(purpose, held, request, reply);
  }

  /** The sign-in page, whoever is signed in. */
  private async signIn(purpose: SignInPurpose, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const anew = await this.purposes.withNewSignIn(purpose, request);
    await this.pages.showFirst({ purpose: anew }, request, reply);
  }
}
