import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ShownWords } from '../../consent/consent-records.js';
import { BasisChanged, GrantRecords } from '../../consent/grant-records.js';
import { type DeviceAnswer, InteractionAnswers } from '../../interaction/interaction-answers.js';
import type { DeviceInteraction } from '../../interaction/interaction.js';
import { DeviceCodesStore, type PendingDevice } from '../../persistence/stores/device-codes.store.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { deviceCodeGrantType } from '../../protocol/client-metadata.js';
import { parseScope } from '../../protocol/scope.js';
import { organizationOf } from '../issuance.js';
import { polledGrant } from '../polled-grant.js';
import type { AskingDevice } from './device-requests.js';

/** What a resource owner allows a device. */
export interface AllowedToDevice {
  readonly scopes: readonly string[];
  /** The organization for which the device wants to act; null if for none. */
  readonly organizationId: string | null;
  /** How what they allow was described to them. */
  readonly shown: ShownWords;
}

/** Stores the user's decision about a device. */
@Injectable()
export class DeviceDecision {
  constructor(
    private readonly codes: DeviceCodesStore,
    private readonly grants: GrantRecords,
    private readonly answers: InteractionAnswers,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Allows the request of a device. Its grant does not end with the session of the browser, which runs on another device.
   * @returns false if the request was decided or expired meanwhile, or if the session has ended
   */
  async allow(
    { device, client }: AskingDevice,
    session: ActiveSession,
    { shown, ...allowed }: AllowedToDevice,
    interaction: DeviceInteraction,
  ): Promise<boolean> {
    const { userId } = session;
    const { clientId } = client;
    const answer = await this.answers.prepare(interaction, { device: 'allowed' });
    const { authorizationDetails } = device;
    const { scopes } = allowed;
    const { grant, expiresAt } = polledGrant(
      {
        request: device,
        client,
        session,
        scopes,
        authorizationDetails,
        orgId: organizationOf(allowed),
        grantType: deviceCodeGrantType,
      },
      this.settings.lifetimes,
      this.clock.now(),
    );
    const decision = {
      userId,
      clientId,
      organizationId: grant.orgId,
      requested: parseScope(device.scope),
      allowed: scopes,
      details: authorizationDetails ?? [],
      shown,
    };
    const pending = { id: grant.id, grantExpiresAt: expiresAt };
    try {
      return await this.changes.change(
        { event: 'device.allowed', actor: `user:${userId}`, userId, clientId, grantId: grant.id },
        async (tx, now) => {
          if (!(await this.codes.allow(tx, device.id, pending, now)) || !(await answer(tx))) return false;
          await this.grants.give(tx, { grant, session, permission: { decision } });
          return true;
        },
      );
    } catch (error) {
      if (error instanceof BasisChanged) return false;
      throw error;
    }
  }

  /** @returns false if the request was decided or expired meanwhile */
  async deny(
    { id, clientId }: PendingDevice,
    { userId }: ActiveSession,
    interaction: DeviceInteraction,
  ): Promise<boolean> {
    const answer = await this.answers.prepare(interaction, { device: 'denied' });
    return this.changes.change(
      { event: 'device.denied', actor: `user:${userId}`, userId, clientId },
      async (tx, now) => (await this.codes.deny(tx, id, now)) && answer(tx),
    );
  }

  /** The decision that was made in this interaction a moment ago; undefined if there is none. */
  async madeJustNow(interaction: DeviceInteraction): Promise<DeviceAnswer | undefined> {
    return this.answers.repeatDevice(interaction);
  }
}
