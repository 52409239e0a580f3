import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { generateUserCode } from '../../crypto/user-code.js';
import { SecondFactorGroups } from '../../directory/second-factor-groups.js';
import { Database } from '../../persistence/database.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { newId } from '../../persistence/id.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import { DeviceCodesStore, type PendingDevice } from '../../persistence/stores/device-codes.store.js';
import type { WantedSignIn } from '../../interaction/interaction.js';
import { isMultiFactor } from '../../protocol/acr.js';
import { formatScope, scopeBeside } from '../../protocol/scope.js';
import type { DeviceAuthorizationRequest } from '../authorization-request.js';

/** The time between two polls of a device (RFC 8628 §3.2). */
const pollIntervalSeconds = 5;
/** How often a new user code is generated if another device has the same one. */
const maxAttempts = 5;

/** The values of the response to a device (RFC 8628 §3.2), with the user code in its normal form. */
export interface BegunDeviceRequest {
  readonly deviceCode: string;
  readonly userCode: string;
  /** In seconds, as `interval` is. */
  readonly expiresIn: number;
  readonly interval: number;
}

/** A device that waits for its user's decision, and its client. */
export interface AskingDevice {
  readonly device: PendingDevice;
  readonly client: RegisteredClient;
}

/** Device authorization requests that wait for their user's decision. Both codes are stored only as hashes. */
@Injectable()
export class DeviceRequests {
  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly clients: ClientDirectory,
    private readonly groups: SecondFactorGroups,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async begin(request: DeviceAuthorizationRequest): Promise<BegunDeviceRequest> {
    const { client, parameters, scopes, authorizationDetails } = request;
    const deviceCode = generateOpaqueToken();
    const expiresIn = this.settings.lifetimes.deviceCode;
    const row = {
      id: newId(),
      deviceCodeHash: lookupHash(deviceCode),
      clientId: client.clientId,
      scope: formatScope(scopes),
      // With the scope value of the organization, if the client names one.
      unknownScope: scopeBeside(scopes, parameters.get('scope')),
      authorizationDetails: authorizationDetails.length > 0 ? authorizationDetails : null,
      state: 'pending' as const,
      grantId: null,
      grantExpiresAt: null,
      pollInterval: pollIntervalSeconds,
      lastPolledAt: null,
      expiresAt: this.clock.now() + expiresIn,
      consumedAt: null,
    };
    for (let attempt = 1; ; attempt++) {
      const userCode = generateUserCode();
      try {
        await this.database.write((tx) => this.codes.insert(tx, { ...row, userCodeHash: hashOf(userCode) }));
        return { deviceCode, userCode, expiresIn, interval: pollIntervalSeconds };
      } catch (error) {
        if (attempt >= maxAttempts || !(error instanceof DuplicateError)) throw error;
      }
    }
  }

  /** Finds the request with this user code, if its user can still decide. */
  async find(userCode: string): Promise<AskingDevice | undefined> {
    const device = await this.codes.findPending(hashOf(userCode), this.clock.now());
    const client = device && (await this.clients.find(device.clientId));
    return client && { device, client };
  }

  /** Whether the person has to prove more before they decide: the client or one of their groups requires a second factor. */
  async asksForMore({ metadata }: RegisteredClient, { userId, amr }: ActiveSession): Promise<boolean> {
    if (isMultiFactor(amr)) return false;
    return metadata.requireSecondFactor || (await this.groups.include(userId));
  }
}

const hashOf = (userCode: string): string => lookupHash(`user code ${userCode}`);

/** What a device's client asks of the sign-in. */
export const wantedForDevice = ({ metadata }: RegisteredClient): WantedSignIn => ({
  isSecondFactorRequired: metadata.requireSecondFactor,
});
