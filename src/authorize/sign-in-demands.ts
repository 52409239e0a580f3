import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SecondFactorGroups } from '../directory/second-factor-groups.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { rolesOf } from '../resource/rights.js';
import { People } from '../sign-in/people.js';
import { secondFactorAsked } from '../sign-in/policy.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { asksForAdministration, type Situation } from './interaction-policy.js';

/** What a request demands of the sign-in beyond a sign-in. */
@Injectable()
export class SignInDemands {
  constructor(
    private readonly people: People,
    private readonly groups: SecondFactorGroups,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** With what the person could prove more; undefined if nothing more is demanded. */
  async of(
    request: AuthorizationRequest,
    session: ActiveSession,
  ): Promise<Pick<Situation, 'person' | 'secondFactor'> | undefined> {
    const isSensitive = asksForAdministration(request);
    const { requireSecondFactor } = request.client.metadata;
    const { essential, values = [] } = request.acr;
    const isRequiredByGroup = await this.groups.include(session.userId);
    const isRequired = requireSecondFactor || isRequiredByGroup;
    if (!isSensitive && !isRequired && !essential && values.length === 0) return undefined;
    const person = await this.people.find(session.userId);
    const { secondFactorAsked: asked, secondFactorRequiredOf: requiredOf } = this.settings.signIn;
    const secondFactor =
      isSensitive || isRequired
        ? secondFactorAsked(
            { asked, requiredOf },
            {
              isAdministrator: rolesOf(session).length > 0,
              isKnownDevice: true,
              isSensitive,
              isRequiredByClient: requireSecondFactor,
              isRequiredByGroup,
              hasSecondFactor: person?.hasSecondFactor ?? false,
            },
          )
        : undefined;
    return { person, secondFactor };
  }
}
