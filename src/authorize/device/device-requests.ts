import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { generateUserCode } from '../../crypto/user-code.js';
import { Database } from '../../persistence/database.js';
import { newId } from '../../persistence/id.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import { DeviceCodesStore, type PendingDevice } from '../../persistence/stores/device-codes.store.js';
import { formatScope } from '../../protocol/scope.js';

/** Seconds between two polls of a device (RFC 8628 §3.2). */
const pollInterval = 5;
/** Attempts at a user code that nobody has. */
const maxAttempts = 5;

/** The response to a device (RFC 8628 §3.2), with the user code in the form in which it is compared. */
export interface BegunDeviceRequest {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

/** A device that waits for its user's decision. */
export interface AskingDevice {
  readonly device: PendingDevice;
  readonly client: RegisteredClient;
}

/** Device authorization requests that wait for their user. Both codes are stored as hashes only. */
@Injectable()
export class DeviceRequests {
  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly clients: ClientDirectory,
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
        if (attempt >= maxAttempts || !(error instanceof DuplicateError)) throw error;
      }
    }
  }

  /** The request behind a user code, while its user may still decide, with its client. */
  async find(userCode: string): Promise<AskingDevice | undefined> {
    const device = await this.codes.findPending(hashOf(userCode), this.clock.now());
    const client = device && (await this.clients.find(device.clientId));
    return client && { device, client };
  }
}

const hashOf = (userCode: string): string => lookupHash(`user code ${userCode}`);
