import { type AccessToken, AllowFormToken, Token } from '@eyrie/guard';
import { Controller, Get, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { selectClaims } from '../protocol/claims.js';
import { OAuthError } from '../protocol/errors.js';
import { claimsOf } from '../users/user-profile.js';
import { FormBody } from './form-body.guard.js';
import { UserinfoGuard } from './userinfo.guard.js';

/** Claims about the resource owner (OIDC Core §5.3). For access tokens with scope openid, from any origin. */
@ApiExcludeController()
@Controller(endpoints.userinfo)
export class UserinfoController {
  constructor(private readonly users: UsersStore) {}

  @Get()
  @UseGuards(UserinfoGuard)
  @Header('Cache-Control', 'no-store')
  async get(@Token() token: AccessToken): Promise<Record<string, unknown>> {
    return this.claims(token);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormBody, UserinfoGuard)
  @AllowFormToken()
  @Header('Cache-Control', 'no-store')
  async post(@Token() token: AccessToken): Promise<Record<string, unknown>> {
    return this.claims(token);
  }

  private async claims(token: AccessToken): Promise<Record<string, unknown>> {
    const user = await this.users.findActive(token.subject);
    if (!user) {
      throw new OAuthError('invalid_token', 'the resource owner is gone', {
        status: 401,
        challenge: 'Bearer realm="eyrie", error="invalid_token"',
      });
    }
    return { sub: token.claims.sub, ...selectClaims(claimsOf(user), token.scopes) };
  }
}
