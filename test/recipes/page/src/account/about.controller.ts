import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { pageHeaders } from '../http/headers.js';
import { Views } from '../views/views.js';

/** Says what this server is. It is public. */
@ApiExcludeController()
@Controller(endpoints.about)
export class AboutController {
  constructor(private readonly views: Views) {}

  @Get()
  show(@Res() reply: FastifyReply): void {
    pageHeaders(reply);
    reply.send(this.views.render('about', { name: 'Eyrie' }, reply));
  }
}
