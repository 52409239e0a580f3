import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Decision } from '../consent/consent-records.js';
import { grantExpiry } from '../consent/grant-expiry.js';
import { GrantRecords } from '../consent/grant-records.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import type { AuthorizationCode } from '../persistence/entities/authorization-code.entity.js';
import { newGrant } from '../persistence/entities/grant-columns.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { AccessTokensStore } from '../persistence/stores/access-tokens.store.js';
import { AuthorizationCodesStore } from '../persistence/stores/authorization-codes.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { issues, issuesTokens } from '../protocol/response-type.js';
import { formatScope } from '../protocol/scope.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { FrontChannelTokens } from './front-channel-tokens.js';
import { PushedRequests } from './pushed-requests.js';

/** Creates the grant of an allowed request, and its code and tokens. All writes are in one transaction. */
@Injectable()
export class Issuance {
  constructor(
    private readonly codes: AuthorizationCodesStore,
    private readonly accessTokens: AccessTokensStore,
    private readonly frontChannelTokens: FrontChannelTokens,
    private readonly grants: GrantRecords,
    private readonly pushedRequests: PushedRequests,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param scopes the scopes that the resource owner allows
   * @param decided whether the resource owner was just asked; then the decision is remembered
   * @returns the parameters of the response: the code, the tokens, or both
   * @throws PageError if the request was pushed and has been answered meanwhile
   */
  async issue(
    request: AuthorizationRequest,
    session: ActiveSession,
    scopes: readonly string[],
    decided: boolean,
  ): Promise<Record<string, string>> {
    const code = issues(request.responseType, 'code') ? generateOpaqueToken() : undefined;
    const now = this.clock.now();
    const grant = this.grantOf(request, session, scopes, now);
    const tokens = issuesTokens(request.responseType)
      ? await this.frontChannelTokens.mint(request, grant, session.userId, code)
      : undefined;
    await this.database.write(async (tx) => {
      await this.pushedRequests.use(request, tx);
      await this.grants.give(tx, {
        grant,
        ...(decided ? { decision: decisionOf(request, session, scopes) } : {}),
        ...(request.client.hasLogoutUri ? { sessionExpiresAt: session.expiresAt } : {}),
      });
      if (code !== undefined) await this.codes.insert(tx, this.codeOf(request, grant, code));
      if (tokens?.row) await this.accessTokens.insert(tx, tokens.row);
    });
    return { ...(code === undefined ? {} : { code }), ...tokens?.parameters };
  }

  private grantOf(
    request: AuthorizationRequest,
    session: ActiveSession,
    scopes: readonly string[],
    now: number,
  ): Grant {
    const offline = scopes.includes('offline_access');
    const { code, ...lifetimes } = this.settings.lifetimes;
    return newGrant({
      grantType: issues(request.responseType, 'code') ? 'authorization_code' : 'implicit',
      clientId: request.client.clientId,
      userId: session.userId,
      sessionId: session.id,
      scope: formatScope(scopes),
      resources: request.resources && [...request.resources],
      offline,
      authTime: session.authenticatedAt,
      acr: session.acr,
      amr: session.amr,
      claims: request.parameters.get('claims') ?? null,
      createdAt: now,
      expiresAt: grantExpiry(
        {
          now,
          codeExpiresAt: now + code,
          refreshable: request.client.allowsGrantType('refresh_token'),
          ...(offline ? {} : { sessionExpiresAt: session.expiresAt }),
        },
        lifetimes,
      ),
    });
  }

  private codeOf(request: AuthorizationRequest, grant: Grant, code: string): AuthorizationCode {
    return {
      codeHash: lookupHash(code),
      grantId: grant.id,
      clientId: grant.clientId,
      redirectUri: request.redirectUri,
      redirectUriSent: request.redirectUriSent,
      codeChallenge: request.codeChallenge ?? null,
      dpopJkt: request.dpopJkt ?? null,
      nonce: request.nonce ?? null,
      expiresAt: grant.createdAt + this.settings.lifetimes.code,
      consumedAt: null,
    };
  }
}

function decisionOf(
  { client, scopes: requested }: AuthorizationRequest,
  { userId }: ActiveSession,
  allowed: readonly string[],
): Decision {
  return { userId, clientId: client.clientId, requested, allowed };
}
