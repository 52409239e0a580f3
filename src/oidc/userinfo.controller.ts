import { AllowFormToken, RequireScopes, Token } from '@eyrie/guard';
import { Controller, Get, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { PersonClaims } from '../directory/claims.js';
import { noStore } from '../http/headers.js';
import type { OwnerToken } from '../resource/owner-verifier.js';
import { FormBody } from './form-body.guard.js';
import { SignedUserinfo } from './signed-userinfo.js';

/**
 * Claims about the resource owner (OIDC Core §5.3), as JSON or as a signed JWT. It needs an access token with the
 * scope openid, and can be called from any origin.
 */
@ApiExcludeController()
@Controller(endpoints.userinfo)
export class UserinfoController {
  constructor(
    private readonly signed: SignedUserinfo,
    private readonly claims: PersonClaims,
  ) {}

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
    const claims = await this.claimsOf(token);
    if (alg === undefined) reply.send(claims);
    else reply.type('application/jwt').send(await this.signed.sign(alg, clientId, claims));
  }

  private async claimsOf({
    owner,
    clientId,
    claims: { sub },
    scopes,
    organizationId,
  }: OwnerToken): Promise<Record<string, unknown>> {
    return { sub, ...(owner && (await this.claims.inUserinfo(owner, { clientId, scopes, organizationId }))) };
  }
}
