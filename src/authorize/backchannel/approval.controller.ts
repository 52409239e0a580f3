import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { Interactions } from '../../interaction/interaction.js';
import { newId } from '../../persistence/id.js';
import { noLongerWaits } from './approval-pages.js';
import { Approvals } from './approvals.js';

/** Where mails and the account page lead: begins to ask the person. Writes nothing, and shows nothing before they have signed in. */
@ApiExcludeController()
@Controller(endpoints.approval)
export class ApprovalController {
  constructor(
    private readonly approvals: Approvals,
    private readonly interactions: Interactions,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  /** @throws PageError 400 if nothing waits under this id */
  @Get()
  async open(
    @Query('request') requestId: unknown,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const approval = typeof requestId === 'string' ? await this.approvals.find(requestId) : undefined;
    if (!approval) throw noLongerWaits();
    const { request, client } = approval;
    const url = await this.interactions.urlOf('confirm-approval', {
      kind: 'approval',
      id: newId(),
      requestId: request.id,
      browser: this.browser.binding(http, reply),
      startedAt: this.clock.now(),
      clientId: client.clientId,
      clientName: client.name,
    });
    reply.redirect(url, 303);
  }
}
