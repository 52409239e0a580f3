import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ConsentRecords } from '../consent/consent-records.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import { newId } from '../persistence/id.js';
import { AuthorizationCodesStore } from '../persistence/stores/authorization-codes.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import { SessionClientsStore } from '../persistence/stores/session-clients.store.js';
import type { LiveSession } from '../persistence/stores/sessions.store.js';
import { formatScope } from '../protocol/scope.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { PushedRequests } from './pushed-requests.js';

/** Turns an allowed request into a grant and its one-time code: the only place where an authorization writes. */
@Injectable()
export class Issuance {
  constructor(
    private readonly codes: AuthorizationCodesStore,
    private readonly grants: GrantsStore,
    private readonly consents: ConsentRecords,
    private readonly sessionClients: SessionClientsStore,
    private readonly pushedRequests: PushedRequests,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param scopes what the resource owner allows of the request
   * @param decided whether they were asked just now, so that the answer is to be remembered
   * @returns the code
   * @throws PageError when the request was pushed, and answered meanwhile
   */
  async issue(
    request: AuthorizationRequest,
    session: LiveSession,
    scopes: readonly string[],
    decided: boolean,
  ): Promise<string> {
    const code = generateOpaqueToken();
    const grantId = newId();
    const now = this.clock.now();
    const { client } = request;
    const offline = scopes.includes('offline_access');
    await this.database.write(async (tx) => {
      await this.pushedRequests.use(request, tx);
      if (decided) {
        const { scopes: requested } = request;
        await this.consents.remember(
          tx,
          { userId: session.userId, clientId: client.clientId, requested, allowed: scopes },
          now,
        );
      }
      await this.grants.insert(tx, {
        id: grantId,
        grantType: 'authorization_code',
        clientId: client.clientId,
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
        expiresAt: this.grantExpiry(request, session, offline, now),
        revokedAt: null,
        revokedReason: null,
      });
      if (client.isToldOfLogout) {
        const { id: sessionId, expiresAt } = session;
        await this.sessionClients.note(tx, { sessionId, clientId: client.clientId, expiresAt });
      }
      await this.codes.insert(tx, {
        codeHash: lookupHash(code),
        grantId,
        clientId: client.clientId,
        redirectUri: request.redirectUri,
        redirectUriSent: request.redirectUriSent,
        codeChallenge: request.codeChallenge ?? null,
        nonce: request.nonce ?? null,
        expiresAt: now + this.settings.lifetimes.code,
        consumedAt: null,
      });
    });
    return code;
  }

  /** The end of all that can come of the grant: an offline one outlives the session, an online one does not. */
  private grantExpiry(
    { client }: AuthorizationRequest,
    session: LiveSession,
    offline: boolean,
    now: number,
  ): number {
    const { code, accessToken, refreshAbsolute } = this.settings.lifetimes;
    if (!client.allowsGrantType('refresh_token')) return now + code + accessToken;
    return offline
      ? now + refreshAbsolute
      : Math.max(now + code + accessToken, Math.min(session.expiresAt, now + refreshAbsolute));
  }
}
