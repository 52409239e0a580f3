import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Clock } from '../../config/clock.js';
import type { ApprovalInteraction, WantedSignIn } from '../../interaction/interaction.js';
import type { BackchannelRequest } from '../../persistence/entities/backchannel-request.entity.js';
import { BackchannelRequestsStore } from '../../persistence/stores/backchannel-requests.store.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { parseScope } from '../../protocol/scope.js';
import { asksForAdministration, authenticationOf, withinRoles } from '../interaction-policy.js';
import { SignInDemands } from '../sign-in-demands.js';

/** A backchannel authentication request that waits for its person, and its client. */
export interface AskedApproval {
  readonly request: BackchannelRequest;
  readonly client: RegisteredClient;
}

/** What became of a request. */
export type Decided = Exclude<BackchannelRequest['state'], 'pending'>;

/** Backchannel authentication requests as the person sees them. */
@Injectable()
export class Approvals {
  constructor(
    private readonly requests: BackchannelRequestsStore,
    private readonly clients: ClientDirectory,
    private readonly demands: SignInDemands,
    private readonly clock: Clock,
  ) {}

  /** The request with this id, if its person can still decide. */
  async find(id: string): Promise<AskedApproval | undefined> {
    const request = await this.requests.findById(id);
    if (request?.state !== 'pending' || request.expiresAt <= this.clock.now()) return undefined;
    const client = await this.clients.find(request.clientId);
    return client && { request, client };
  }

  /** What the user has decided about a request of theirs; undefined if they have not. */
  async decided(id: string, { userId }: ActiveSession): Promise<Decided | undefined> {
    const request = await this.requests.findById(id);
    return request?.userId !== userId || request.state === 'pending' ? undefined : request.state;
  }

  /**
   * The session with the authentication that is reported of it.
   * @returns undefined if the person has to prove more before they decide
   */
  async goodEnough(
    approval: AskedApproval,
    session: ActiveSession,
    interaction: ApprovalInteraction,
  ): Promise<ActiveSession | undefined> {
    const { maxAge, acr } = wantedForApproval(approval);
    const demanding = { client: approval.client, scopes: parseScope(approval.request.scope), acr };
    const { person, secondFactor } = (await this.demands.of(demanding, session)) ?? {};
    const authentication = authenticationOf(
      {
        request: { prompts: new Set(), maxAge, acr },
        interaction,
        person,
        secondFactor,
        now: this.clock.now(),
      },
      session,
    );
    return authentication && { ...session, ...authentication };
  }
}

/** What a request asks of the sign-in in which its person decides. */
export function wantedForApproval({ request, client }: AskedApproval) {
  return {
    maxAge: request.maxAge ?? undefined,
    acr: { essential: undefined, values: request.acrValues },
    isSensitive: asksForAdministration({ scopes: parseScope(request.scope) }),
    isSecondFactorRequired: client.metadata.requireSecondFactor,
  } satisfies WantedSignIn;
}

/** The scopes that the client asks for, as far as the person can give them. */
export const scopesForApproval = ({ request }: AskedApproval, session: ActiveSession): readonly string[] =>
  withinRoles({ scopes: parseScope(request.scope) }, session).scopes;
