import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { Secrets } from '../../crypto/secrets.js';
import { Notifications } from '../../mail/notifications.js';
import type { User } from '../../persistence/entities/user.entity.js';
import type { BackchannelRequest } from '../../persistence/entities/backchannel-request.entity.js';
import { newId } from '../../persistence/id.js';
import { BackchannelRequestsStore } from '../../persistence/stores/backchannel-requests.store.js';
import { UsedJtisStore } from '../../persistence/stores/used-jtis.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { formatScope, scopeBeside } from '../../protocol/scope.js';
import type { BackchannelAuthenticationRequest } from '../authorization-request.js';
import type { UsedJti } from './signed-requests.js';

/** The time between two polls of a client (CIBA Core §7.3). */
const pollIntervalSeconds = 5;
/** Requests that wait for one person, of all clients together: nobody is flooded. */
const maxWaiting = 5;
/** Those of one client, which leaves room for others. */
const maxWaitingOfClient = 3;
/** When somebody for whom too many requests wait can be asked again, in seconds. */
const retryAfter = 60;

/** The values of the acknowledgement (CIBA Core §7.3). */
export interface BegunBackchannelRequest {
  readonly authReqId: string;
  /** In seconds, as `interval` is. */
  readonly expiresIn: number;
  readonly interval: number;
}

/** Begins backchannel authentication requests. `auth_req_id` is stored only as a hash, and sealed for the ping if there is one. */
@Injectable()
export class BackchannelRequests {
  constructor(
    private readonly store: BackchannelRequestsStore,
    private readonly users: UsersStore,
    private readonly usedJtis: UsedJtisStore,
    private readonly notifications: Notifications,
    private readonly secrets: Secrets,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Stores the request, and has the person notified by mail if they can be.
   * @param jti the one use of a signed request
   * @throws OAuthError if too many requests wait for the person, or the signed request was used before
   */
  async begin(
    request: BackchannelAuthenticationRequest,
    { id: userId }: User,
    jti: UsedJti | undefined,
  ): Promise<BegunBackchannelRequest> {
    const { client, scopes } = request;
    const { clientId } = client;
    const authReqId = generateOpaqueToken();
    const row = await this.rowOf(request, userId, authReqId);
    await this.changes.change(
      {
        event: 'backchannel.requested',
        actor: `client:${clientId}`,
        userId,
        clientId,
        detail: { scope: formatScope(scopes) },
      },
      async (tx, now) => {
        // Of requests that come at once, no more wait than of those that come one by one.
        await this.users.hold(tx, userId);
        const waiting = await this.store.countWaiting(tx, userId, clientId, now);
        if (waiting.all >= maxWaiting || waiting.ofClient >= maxWaitingOfClient) throw tooManyWait();
        if (jti && !(await this.usedJtis.use(tx, jti.hash, jti.expiresAt)))
          throw invalidRequest('the signed request was used before', `jti was used before by ${clientId}`);
        await this.store.insert(tx, row);
        await this.notifications.notify(
          tx,
          {
            message: 'approval-requested',
            userId,
            request: row.id,
            client: client.name,
            ...(row.bindingMessage === null ? {} : { bindingMessage: row.bindingMessage }),
          },
          now,
        );
      },
    );
    return { authReqId, expiresIn: row.expiresAt - row.createdAt, interval: pollIntervalSeconds };
  }

  private async rowOf(
    request: BackchannelAuthenticationRequest,
    userId: string,
    authReqId: string,
  ): Promise<BackchannelRequest> {
    const { client, scopes, parameters, resources, acr, maxAge, bindingMessage } = request;
    const { requestedExpiry, notificationToken } = request;
    const now = this.clock.now();
    const longest = this.settings.lifetimes.backchannelRequest;
    return {
      id: newId(),
      authReqIdHash: lookupHash(authReqId),
      clientId: client.clientId,
      userId,
      scope: formatScope(scopes),
      unknownScope: scopeBeside(scopes, parameters.get('scope')),
      resources: resources && [...resources],
      acrValues: [...(acr.values ?? [])],
      maxAge: maxAge ?? null,
      bindingMessage: bindingMessage ?? null,
      pingSealed:
        notificationToken === undefined
          ? null
          : await this.secrets.seal('delivery', { authReqId, notificationToken }),
      state: 'pending',
      grantId: null,
      pollInterval: pollIntervalSeconds,
      lastPolledAt: null,
      createdAt: now,
      expiresAt: now + Math.min(requestedExpiry ?? longest, longest),
      grantExpiresAt: null,
      consumedAt: null,
    };
  }
}

const tooManyWait = (): OAuthError =>
  new OAuthError('temporarily_unavailable', 'too many requests wait for this person', {
    status: 429,
    retryAfter,
  });
