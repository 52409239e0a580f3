import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OrganizationDemands } from '../directory/organizations/organization-demands.js';
import { SecondFactorGroups } from '../directory/second-factor-groups.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { type ProvenUser, Sessions } from '../sessions/sessions.js';
import type { NewOrigin } from '../sessions/upstream-origin.js';
import { People } from './people.js';
import { lesserAge, nextSignInStep, secondFactorAsked, type SignInStep } from './policy.js';
import type { OutdatedDirectoryPassword, SignInProgress } from './sign-in-progress.js';
import { type SignInPurpose, wantedFor } from './sign-in-purposes.js';

/** The method of whoever an upstream signs in. */
const federated = 'fed';

/** What an answer has proven. */
export interface NewProofs {
  readonly user: ProvenUser;
  readonly username: string;
  /** RFC 8176 §2. */
  readonly methods: readonly string[];
  /** When, in seconds since the epoch; now if it is omitted, or later. */
  readonly provenAt?: number | undefined;
  /** The id of the upstream at which it was proven. */
  readonly upstreamId?: string;
  /** The session at an upstream in which it was proven. */
  readonly origin?: NewOrigin | undefined;
  readonly outdatedPassword?: OutdatedDirectoryPassword;
}

/** Decides on sign-ins under way: the policy, with what it has to know. */
@Injectable()
export class SignInDecisions {
  constructor(
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly groups: SecondFactorGroups,
    private readonly organizations: OrganizationDemands,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @returns what the sign-in needs next; undefined if its user is gone or disabled */
  async stepOf(
    { user, proofs, earlier, outdatedPassword }: SignInProgress,
    purpose: SignInPurpose,
    request: FastifyRequest,
  ): Promise<SignInStep | undefined> {
    const person = await this.people.find(user.userId);
    if (!person) return undefined;
    const {
      isSensitive = false,
      isSecondFactorRequired = false,
      organization,
      ...wanted
    } = wantedFor(purpose);
    const demand = await this.organizations.of(organization?.id, user.userId);
    const { secondFactorAsked: asked, secondFactorRequiredOf: requiredOf } = this.settings.signIn;
    const { isAdministrator, hasSecondFactor } = person;
    const isKnownDevice = (await this.devices.find(request, user.userId)) !== undefined;
    const secondFactor = secondFactorAsked(
      { asked, requiredOf },
      {
        isAdministrator,
        isKnownDevice,
        isSensitive,
        isRequiredByClient: isSecondFactorRequired,
        isRequiredByGroup: await this.groups.include(user.userId),
        isRequiredByOrganization: demand?.requiresSecondFactor ?? false,
        hasSecondFactor,
      },
    );
    return nextSignInStep({
      earlier,
      forRequest: proofs,
      asked: {
        ...wanted,
        maxAge: lesserAge(wanted.maxAge, demand?.maxAge),
        secondFactor,
        // Whoever is about to link an account at an upstream signs in here first.
        upstream: purpose.link === undefined ? demand?.upstream : undefined,
      },
      now: this.clock.now(),
      person: outdatedPassword ? { ...person, passwordChangeRequired: true } : person,
    });
  }

  /** The current session of this browser as the beginning of a sign-in; undefined if there is none. */
  async fromSession(request: FastifyRequest): Promise<SignInProgress | undefined> {
    const session = await this.sessions.current(request);
    return session && this.buildOn(session);
  }

  /** A session as the beginning of a sign-in; undefined if its user is gone or disabled. */
  async buildOn(session: ActiveSession): Promise<SignInProgress | undefined> {
    const person = await this.people.find(session.userId);
    if (!person) return undefined;
    const { user, username } = person;
    return { user, username, proofs: [], earlier: session.proofs, keep: session.kept };
  }

  /**
   * A sign-in after an answer. One of somebody else is a new one.
   * @param keep whether a new one is kept
   */
  advance(
    progress: SignInProgress | undefined,
    { user, username, methods, provenAt, upstreamId, origin, outdatedPassword }: NewProofs,
    keep: boolean,
  ): SignInProgress {
    const now = this.clock.now();
    const at = Math.min(provenAt ?? now, now);
    const from = upstreamId === undefined ? {} : { upstream: upstreamId };
    const proofs = methods.map((method) => ({ method, provenAt: at, ...(method === federated ? from : {}) }));
    const began = {
      ...(origin && { origin: { ...origin, answeredAt: origin.answeredAt ?? now } }),
      ...(outdatedPassword && { outdatedPassword }),
    };
    return progress?.user.userId === user.userId
      ? { ...progress, user, proofs: [...progress.proofs, ...proofs], ...began }
      : { user, username, proofs, earlier: [], keep, ...began };
  }
}
