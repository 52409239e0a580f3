import { randomBytes } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { queryParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { invalidRequest } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { Sessions } from '../sessions/sessions.js';
import { Views } from '../views/views.js';
import { type ActivityCursor, ActivityPages } from './activity-page.js';

/** The page on which people see what happened in their account. It shows the signed-in user only their own account. */
@ApiExcludeController()
@Controller(endpoints.accountActivity)
export class ActivityController {
  constructor(
    private readonly pages: ActivityPages,
    private readonly sessions: Sessions,
    private readonly views: Views,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessions.current(request);
    if (!session) {
      reply.redirect(endpoints.signIn, 303);
      return;
    }
    const content = await this.pages.contentFor(session, cursorIn(queryParameters(request)));
    const scriptNonce = content.timeZone === undefined ? randomBytes(16).toString('base64url') : undefined;
    pageHeaders(reply, { scriptNonce });
    reply.send(this.views.render('activity', { ...content, scriptNonce }, reply));
  }
}

/** Where the page begins; at the newest if the query does not say. */
function cursorIn(query: Parameters): ActivityCursor {
  query.refuseRepeated(['before', 'after']);
  const [before, after] = [query.get('before'), query.get('after')];
  const cursor = before ?? after;
  if (cursor === undefined) return undefined;
  if (!/^[\da-f-]{36}$/.test(cursor)) throw invalidRequest('before and after are ids of events');
  return before === undefined ? { after: cursor } : { before: cursor };
}
