import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { ConsentRecords } from '../../consent/consent-records.js';
import { newId } from '../../persistence/id.js';
import { DeviceCodesStore, type PendingDevice } from '../../persistence/stores/device-codes.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import type { LiveSession } from '../../persistence/stores/sessions.store.js';
import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { formatScope, parseScope } from '../../protocol/scope.js';

/** Writes what the user decides about a device. */
@Injectable()
export class DeviceDecision {
  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly grants: GrantsStore,
    private readonly consents: ConsentRecords,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The device is let in. What it gets does not hang on the session of the browser that it was allowed in: that is another device.
   * @returns false when it was decided, or had expired, meanwhile
   */
  async allow(
    device: PendingDevice,
    client: RegisteredClient,
    session: LiveSession,
    scopes: readonly string[],
  ): Promise<boolean> {
    const grantId = newId();
    const { userId } = session;
    const { clientId } = client;
    const event = { event: 'device.allowed', actor: `user:${userId}`, userId, clientId, grantId } as const;
    return this.changes.change(event, async (tx, now) => {
      if (!(await this.codes.allow(tx, device.id, grantId, now))) return false;
      const requested = parseScope(device.scope);
      await this.consents.remember(tx, { userId, clientId, requested, allowed: scopes }, now);
      await this.grants.insert(tx, {
        id: grantId,
        grantType: deviceCodeGrantType,
        clientId,
        userId,
        sessionId: null,
        scope: formatScope(scopes),
        resources: null,
        offline: scopes.includes('offline_access'),
        authTime: session.authenticatedAt,
        acr: session.acr,
        amr: session.amr,
        claims: null,
        createdAt: now,
        expiresAt: this.grantExpiry(device, client, now),
        revokedAt: null,
        revokedReason: null,
      });
      return true;
    });
  }

  /** @returns false when it was decided, or had expired, meanwhile */
  async deny({ id, clientId }: PendingDevice, { userId }: LiveSession): Promise<boolean> {
    return this.changes.change(
      { event: 'device.denied', actor: `user:${userId}`, userId, clientId },
      (tx, now) => this.codes.deny(tx, id, now),
    );
  }

  private grantExpiry(device: PendingDevice, client: RegisteredClient, now: number): number {
    const { accessToken, refreshAbsolute } = this.settings.lifetimes;
    return client.allowsGrantType('refresh_token') ? now + refreshAbsolute : device.expiresAt + accessToken;
  }
}
