import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { pageHeaders } from '../http/headers.js';
import { Views } from '../views/views.js';
import { Sessions } from '../sessions/sessions.js';
import { message } from '../locales/message.js';

/** The front page: what this server is, and links to its pages. It is public. */
@ApiExcludeController()
@Controller(endpoints.home)
export class HomeController {
  constructor(
    private readonly sessions: Sessions,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.sessions.current(request);
    pageHeaders(reply);
    reply.send(
      this.views.render(
        'home',
        {
          issuer: this.settings.issuer,
          ...(session ? { user: { name: session.name ?? session.username } } : {}),
          links: [
            session
              ? {
                  href: endpoints.account,
                  label: message('account.title'),
                  description: message('home.account'),
                }
              : {
                  href: endpoints.signIn,
                  label: message('common.signIn'),
                  description: message('home.signIn'),
                },
            {
              href: endpoints.docs,
              label: message('home.adminApi'),
              description: message('home.adminApiIs'),
            },
            {
              href: endpoints.openidConfiguration,
              label: message('home.discovery'),
              description: message('home.discoveryIs'),
            },
          ],
        },
        reply,
      ),
    );
  }
}
