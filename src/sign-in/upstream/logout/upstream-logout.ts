import { Injectable } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import { lookupHash } from '../../../crypto/opaque-token.js';
import { IdentitiesStore } from '../../../persistence/stores/identities.store.js';
import { UsedJtisStore } from '../../../persistence/stores/used-jtis.store.js';
import { UsersStore } from '../../../persistence/stores/users.store.js';
import {
  type LogoutClaims,
  logoutClockSkewSeconds,
  maxLogoutTokenAgeSeconds,
} from '../../../protocol/logout-token.js';
import { sessionHashOf, subjectHashOf } from '../../../sessions/upstream-origin.js';
import { UpstreamSessions } from '../../../sessions/upstream-sessions.js';
import type { LoadedUpstream } from '../definition.js';
import { LogoutTokenRefused, LogoutTokens } from './logout-tokens.js';

/** Ends the sessions that came from one at an upstream, when the upstream says that it has ended (OIDC Back-Channel Logout §2.7). */
@Injectable()
export class UpstreamLogout {
  constructor(
    private readonly tokens: LogoutTokens,
    private readonly usedJtis: UsedJtisStore,
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    private readonly sessions: UpstreamSessions,
    private readonly changes: Changes,
  ) {}

  /**
   * @param address of the request, for the audit trail
   * @throws LogoutTokenRefused
   */
  async receive(upstream: LoadedUpstream, jwt: string, address: string): Promise<void> {
    const claims = await this.tokens.verify(upstream, jwt);
    const { sub, sid } = claims;
    const person = sub === undefined ? null : await this.identities.find(upstream.id, lookupHash(sub));
    const actor = { name: `upstream:${upstream.alias}`, address };
    const ended = {
      subjectHash: sub === undefined ? undefined : subjectHashOf(upstream.id, sub),
      sessionHash: sid === undefined ? undefined : sessionHashOf(upstream.id, sid),
    };
    const isNew = await this.changes.change([], async (tx, now) => {
      if (!(await this.usedJtis.use(tx, jtiHashOf(upstream, claims), lastUseOf(claims)))) return false;
      // Held as a sign-in holds them, so that it is over before, or sees this.
      if (person) await this.users.hold(tx, person.userId);
      await this.sessions.end(tx, ended, actor, now);
      return true;
    });
    if (!isNew) throw new LogoutTokenRefused('jti was used before');
  }
}

const jtiHashOf = ({ id }: LoadedUpstream, { jti }: LogoutClaims): string =>
  lookupHash(JSON.stringify(['logout_token', id, jti]));

/** Until when the token could be accepted. */
const lastUseOf = ({ iat, exp }: LogoutClaims): number =>
  Math.ceil(Math.min(exp, iat + maxLogoutTokenAgeSeconds)) + logoutClockSkewSeconds + 1;
