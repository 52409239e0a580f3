import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';

/** Leads password managers to the page that changes the password (W3C, A Well-Known URL for Changing Passwords). It is public. */
@ApiExcludeController()
@Controller(endpoints.changePassword)
export class ChangePasswordController {
  @Get()
  show(@Res() reply: FastifyReply): void {
    reply.redirect(endpoints.accountPassword, 303);
  }
}
