import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { ShownWords } from '../../consent/consent-records.js';
import { BasisChanged, GrantRecords } from '../../consent/grant-records.js';
import { BackchannelRequestsStore } from '../../persistence/stores/backchannel-requests.store.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { backchannelGrantType } from '../../protocol/client-metadata.js';
import { parseScope } from '../../protocol/scope.js';
import { polledGrant } from '../polled-grant.js';
import type { AskedApproval } from './approvals.js';
import { BackchannelPing } from './ping.js';

/** Stores the person's decision about a backchannel authentication request, and has its client notified. */
@Injectable()
export class ApprovalDecision {
  constructor(
    private readonly requests: BackchannelRequestsStore,
    private readonly grants: GrantRecords,
    private readonly ping: BackchannelPing,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @returns false if the request was decided or expired meanwhile, or if the session has ended */
  async allow(
    { request, client }: AskedApproval,
    session: ActiveSession,
    { scopes, shown }: { readonly scopes: readonly string[]; readonly shown: ShownWords },
  ): Promise<boolean> {
    const { userId } = session;
    const { clientId } = client;
    const { resources } = request;
    const { grant, expiresAt } = polledGrant(
      { request, client, session, scopes, grantType: backchannelGrantType, resources },
      this.settings.lifetimes,
      this.clock.now(),
    );
    const decision = {
      userId,
      clientId,
      organizationId: null,
      requested: parseScope(request.scope),
      allowed: scopes,
      details: [],
      shown,
    };
    const pending = { id: grant.id, grantExpiresAt: expiresAt };
    try {
      return await this.changes.change(
        { event: 'backchannel.allowed', actor: `user:${userId}`, userId, clientId, grantId: grant.id },
        async (tx, now) => {
          if (!(await this.requests.allow(tx, request.id, pending, now))) return false;
          await this.grants.give(tx, { grant, session, permission: { decision } });
          await this.ping.notify(tx, request, now);
          return true;
        },
      );
    } catch (error) {
      if (error instanceof BasisChanged) return false;
      throw error;
    }
  }

  /** @returns false if the request was decided or expired meanwhile */
  async deny({ request }: AskedApproval, { userId }: ActiveSession): Promise<boolean> {
    const { id, clientId } = request;
    return this.changes.change(
      { event: 'backchannel.denied', actor: `user:${userId}`, userId, clientId },
      async (tx, now) => {
        if (!(await this.requests.deny(tx, id, now))) return false;
        await this.ping.notify(tx, request, now);
        return true;
      },
    );
  }
}
