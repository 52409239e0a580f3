import { AllowFormToken, RequireScopes, Token } from '@eyrie/guard';
import { Controller, Get, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { selectClaims } from '../protocol/claims.js';
import type { OwnerToken } from '../resource/owner-verifier.js';
import { claimReader } from '../users/user-profile.js';
import { FormBody } from './form-body.guard.js';

/** Claims about the resource owner (OIDC Core §5.3). For access tokens with scope openid, from any origin. */
@ApiExcludeController()
@Controller(endpoints.userinfo)
export class UserinfoController {
  @Get()
  @RequireScopes('openid')
  @Header('Cache-Control', 'no-store')
  get(@Token() token: OwnerToken): Record<string, unknown> {
    return claims(token);
  }

  @Post()
  @HttpCode(200)
  @RequireScopes('openid')
  @AllowFormToken()
  // Decorators are applied from the last to the first, and guards asked in that order.
  @UseGuards(FormBody)
  @Header('Cache-Control', 'no-store')
  post(@Token() token: OwnerToken): Record<string, unknown> {
    return claims(token);
  }
}

function claims({ owner, claims: { sub }, scopes }: OwnerToken): Record<string, unknown> {
  return { sub, ...(owner && selectClaims(claimReader(owner), scopes)) };
}
