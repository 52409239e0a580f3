import {
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { addressOf } from '../http/network.js';
import { userAgentOf } from '../http/user-agent.js';
import { type Message, message } from '../locales/message.js';
import { Sessions } from '../sessions/sessions.js';
import { AccountDeletions } from '../users/account-deletions.js';
import { UserAccounts } from '../users/user-accounts.js';
import { Views } from '../views/views.js';
import { type Owner, RecentProof } from './recent-proof.js';

/** The page on which people delete their own account, if they may (`EYRIE_ACCOUNT_DELETION`) and have just proven to be its owner. */
@ApiExcludeController()
@Controller(endpoints.accountDeletion)
export class AccountDeletionController {
  constructor(
    private readonly deletions: AccountDeletions,
    private readonly accounts: UserAccounts,
    private readonly sessions: Sessions,
    private readonly recentProof: RecentProof,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'deletion');
    if (owner) await this.ask(owner, {}, request, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async delete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'deletion');
    if (!owner) return;
    const { session } = owner;
    const { zoneinfo } = await this.accounts.require(session.userId);
    if (formParameters(request).get('username')?.trim() !== session.username) {
      reply.status(400);
      await this.ask(owner, { error: message('deletion.mistyped') }, request, reply);
      return;
    }
    let dueAt: number | undefined;
    try {
      const from = { address: addressOf(request), userAgent: userAgentOf(request) };
      dueAt = await this.deletions.request(session.userId, from);
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      reply.status(409);
      await this.ask(owner, { error: message('deletion.lastAdministrator') }, request, reply);
      return;
    }
    await this.sessions.close(session, reply);
    pageHeaders(reply);
    const closed = {
      username: session.username,
      dueAt: dueAt === undefined ? undefined : dateOf(dueAt),
      timeZone: zoneinfo ?? undefined,
    };
    reply.send(this.views.render('account-closed', closed, reply));
  }

  private async ask(
    { session }: Owner,
    shown: { readonly error?: Message },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { zoneinfo } = await this.accounts.require(session.userId);
    const csrfToken = this.browser.csrfToken(request, reply);
    const { delay = 0 } = this.settings.deletion;
    const page = {
      csrfToken,
      username: session.username,
      dueAt: delay === 0 ? undefined : dateOf(this.clock.now() + delay),
      timeZone: zoneinfo ?? undefined,
      ...shown,
    };
    pageHeaders(reply);
    reply.send(this.views.render('account-deletion', page, reply));
  }
}

const dateOf = (seconds: number): Date => new Date(seconds * 1_000);
