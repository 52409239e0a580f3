import { randomBytes } from 'node:crypto';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Cookies } from '../http/cookies.js';
import { pageHeaders } from '../http/headers.js';
import { checkSessionPage } from './check-session-page.js';

/** The check_session_iframe (OIDC Session Management §3.3): the only page that every origin may embed. */
@ApiExcludeController()
@Controller(endpoints.checkSession)
export class CheckSessionController {
  constructor(private readonly cookies: Cookies) {}

  @Get()
  show(@Res() reply: FastifyReply): void {
    const scriptNonce = randomBytes(16).toString('base64url');
    pageHeaders(reply, { scriptNonce, framedByAnybody: true });
    reply.send(checkSessionPage(this.cookies.fullName('browser_state'), scriptNonce));
  }
}
