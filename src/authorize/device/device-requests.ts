import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { generateUserCode } from '../../crypto/user-code.js';
import { Database } from '../../persistence/database.js';
import { newId } from '../../persistence/id.js';
import { isDuplicate } from '../../persistence/sql.js';
import { DeviceCodesStore, type PendingDevice } from '../../persistence/stores/device-codes.store.js';
import { formatScope } from '../../protocol/scope.js';

/** Seconds between two polls of a device (RFC 8628 §3.2). */
const pollInterval = 5;
const mostTries = 5;

/** What a device is told (RFC 8628 §3.2), its user code in the form in which it is compared. */
export interface BegunDeviceRequest {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

/** Device authorization requests that wait for their user. Both codes are stored as hashes only. */
@Injectable()
export class DeviceRequests {
  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async begin(client: RegisteredClient, scopes: readonly string[]): Promise<BegunDeviceRequest> {
    const deviceCode = generateOpaqueToken();
    const expiresIn = this.settings.lifetimes.deviceCode;
    const row = {
      id: newId(),
      deviceCodeHash: lookupHash(deviceCode),
      clientId: client.clientId,
      scope: formatScope(scopes),
      state: 'pending' as const,
      grantId: null,
      pollInterval,
      lastPolledAt: null,
      expiresAt: this.clock.now() + expiresIn,
      consumedAt: null,
    };
    for (let attempt = 1; ; attempt++) {
      const userCode = generateUserCode();
      try {
        await this.database.write((tx) => this.codes.insert(tx, { ...row, userCodeHash: hashOf(userCode) }));
        return { deviceCode, userCode, expiresIn, interval: pollInterval };
      } catch (error) {
        if (attempt >= mostTries || !isDuplicate(error)) throw error;
      }
    }
  }

  /** The request behind a user code, while its user may decide on it. */
  async find(userCode: string): Promise<PendingDevice | undefined> {
    return this.codes.findPending(hashOf(userCode), this.clock.now());
  }
}

const hashOf = (userCode: string): string => lookupHash(`user code ${userCode}`);
