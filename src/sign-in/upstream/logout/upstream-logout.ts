import { Injectable } from '@nestjs/common';
import {
  type LogoutClaims,
  logoutClockSkewSeconds,
  maxLogoutTokenAgeSeconds,
} from '../../../protocol/logout-token.js';
import type { LoadedUpstream } from '../definition.js';
import { EndedThere } from './ended-there.js';
import { LogoutTokenRefused, LogoutTokens } from './logout-tokens.js';

/** Ends the sessions that came from one at an upstream, when the upstream says that it has ended (OIDC Back-Channel Logout §2.7). */
@Injectable()
export class UpstreamLogout {
  constructor(
    private readonly tokens: LogoutTokens,
    private readonly ended: EndedThere,
  ) {}

  /**
   * @param address of the request, for the audit trail
   * @throws LogoutTokenRefused
   */
  async receive(upstream: LoadedUpstream, jwt: string, address: string): Promise<void> {
    const claims = await this.tokens.verify(upstream, jwt);
    const { sub, sid, jti } = claims;
    const said = {
      sessions: [{ sub, sid }],
      subject: sub,
      message: ['logout_token', jti],
      lastUse: lastUseOf(claims),
    } as const;
    if (!(await this.ended.end(upstream, said, address))) throw new LogoutTokenRefused('jti was used before');
  }
}

/** Until when the token could be accepted. */
const lastUseOf = ({ iat, exp }: LogoutClaims): number =>
  Math.ceil(Math.min(exp, iat + maxLogoutTokenAgeSeconds)) + logoutClockSkewSeconds + 1;
