import { AllowFormToken, RequireScopes, Token } from '@eyrie/guard';
import { Controller, Get, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { selectClaims } from '../protocol/claims.js';
import type { OwnerToken } from '../resource/owner-verifier.js';
import { claimReader } from '../users/user-profile.js';
import { FormBody } from './form-body.guard.js';
import { SignedUserinfo } from './signed-userinfo.js';

/**
 * Claims about the resource owner (OIDC Core §5.3), as JSON or as a signed JWT. It needs an access token with the
 * scope openid, and can be called from any origin.
 */
@ApiExcludeController()
@Controller(endpoints.userinfo)
export class UserinfoController {
  constructor(private readonly signed: SignedUserinfo) {}

  @Get()
  @RequireScopes('openid')
  async get(@Token() token: OwnerToken, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(token, reply);
  }

  @Post()
  @HttpCode(200)
  @RequireScopes('openid')
  @AllowFormToken()
  // Decorators are applied from the last to the first; guards run in that order.
  @UseGuards(FormBody)
  async post(@Token() token: OwnerToken, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(token, reply);
  }

  private async answer(token: OwnerToken, reply: FastifyReply): Promise<void> {
    const { clientId } = token;
    noStore(reply);
    const alg = await this.signed.algorithmOf(clientId);
    if (alg === undefined) reply.send(claims(token));
    else reply.type('application/jwt').send(await this.signed.sign(alg, clientId, claims(token)));
  }
}

function claims({ owner, claims: { sub }, scopes }: OwnerToken): Record<string, unknown> {
  return { sub, ...(owner && selectClaims(claimReader(owner), scopes)) };
}
