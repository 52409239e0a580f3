import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { Views } from '../../../views/views.js';
import { showOnwards } from '../onwards.js';
import { upstreamIsGone } from '../upstream-refusals.js';
import { Upstreams } from '../upstreams.js';

/** Leads people whose sign-in began at a provider to one of the URLs that an operator has registered for that. It is public. */
@ApiExcludeController()
@Controller(endpoints.upstream)
export class OnwardsController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly views: Views,
  ) {}

  /** @throws PageError 404 */
  @Get(':alias/onwards/:index')
  async goOn(
    @Param('alias') alias: string,
    @Param('index') index: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const upstream = await this.upstreams.find(alias);
    const target = upstream?.idp_initiated_targets?.[Number(index)];
    if (upstream?.allow_idp_initiated !== true || target === undefined) throw upstreamIsGone();
    const url = new URL(target);
    showOnwards(this.views, { name: url.host }, url, reply, 'application');
  }
}
