import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { FormGuard } from '../../http/form.guard.js';
import { noStore, pageHeaders } from '../../http/headers.js';
import { Views } from '../../views/views.js';
import { byOwner } from '../by-owner.js';
import { RecentProof } from '../recent-proof.js';
import { OwnData } from './own-data.js';

/** The page on which people download what is stored about them, for who has just proven to be them. */
@ApiExcludeController()
@Controller(endpoints.accountData)
export class OwnDataController {
  constructor(
    private readonly data: OwnData,
    private readonly recentProof: RecentProof,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'data');
    if (!owner) return;
    const csrfToken = this.browser.csrfToken(request, reply);
    pageHeaders(reply);
    reply.send(this.views.render('own-data', { csrfToken, username: owner.session.username }, reply));
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async download(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const owner = await this.recentProof.require(request, reply, 'data');
    if (!owner) return;
    const { session } = owner;
    const document = await this.data.download(session.userId, byOwner(session, request));
    noStore(reply);
    reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="account-data.json"');
    reply.send(document);
  }
}
