import { ConflictException, Injectable } from '@nestjs/common';
import type { Originator } from '../../audit/originator.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { Database } from '../../persistence/database.js';
import { Clock } from '../../config/clock.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { emailKey, UsersStore } from '../../persistence/stores/users.store.js';
import { rolesOf } from '../../resource/rights.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { type Profile, toProfile } from '../../users/user-profile.js';
import { UpstreamBelongings } from './belongings.js';
import type { LoadedUpstream } from './definition.js';
import { decideOnIdentity, type IdentityDecision } from './identity-decision.js';
import { IdentityLinking } from './identity-linking.js';
import { mayReplace, type UpstreamPerson } from './mapping.js';
import { UpstreamRefusal } from './protocols/protocol.js';

/** Finds the user for somebody whom an upstream knows, links them, or makes a user, as the rules of the upstream say. */
@Injectable()
export class UpstreamPeople {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly linking: IdentityLinking,
    private readonly belongings: UpstreamBelongings,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the id of the user; undefined if the person has to sign in here first, to be linked
   * @throws UpstreamRefusal no_account
   */
  async resolve(
    upstream: LoadedUpstream,
    person: UpstreamPerson,
    address: string,
  ): Promise<string | undefined> {
    const actor = { name: `upstream:${upstream.alias}`, address };
    const userId = await this.find(upstream, person, actor);
    if (userId !== undefined) await this.belongings.follow(upstream, userId, person, actor);
    return userId;
  }

  private async find(
    upstream: LoadedUpstream,
    person: UpstreamPerson,
    actor: Originator,
  ): Promise<string | undefined> {
    const subjectHash = lookupHash(person.subject);
    const identity = await this.identities.find(upstream.id, subjectHash);
    const decision = await this.decide(upstream, person, identity?.userId);
    switch (decision.kind) {
      case 'sign-in':
        await this.refresh(decision.userId, identity?.id ?? '', upstream, person, actor);
        return decision.userId;
      case 'link':
        if (!(await this.linking.link(decision.userId, upstream, person, actor)))
          return this.linkedMeanwhile(upstream, subjectHash);
        return decision.userId;
      case 'create':
        return (
          (await this.linking.create(upstream, person, actor))?.id ??
          this.linkedMeanwhile(upstream, subjectHash)
        );
      case 'confirm':
        return undefined;
      default:
        throw new UpstreamRefusal(
          'no_account',
          `nobody is linked to ${person.label}, and the rules create nobody`,
        );
    }
  }

  /**
   * Links somebody to the user who asked for it, being signed in.
   * @throws UpstreamRefusal taken
   */
  async linkOwn(
    userId: string,
    upstream: LoadedUpstream,
    person: UpstreamPerson,
    address: string,
  ): Promise<void> {
    const actor = { name: `user:${userId}`, address };
    if (!(await this.linking.link(userId, upstream, person, actor))) {
      const identity = await this.identities.find(upstream.id, lookupHash(person.subject));
      if (identity?.userId !== userId)
        throw new UpstreamRefusal('taken', `the identity ${person.label} is linked to another user`);
    }
    await this.belongings.follow(upstream, userId, person, actor);
  }

  /** Links somebody to the user as whom they have signed in for it, unless the rules have changed since they were asked to. */
  async linkConfirmed(
    userId: string,
    upstream: LoadedUpstream,
    person: UpstreamPerson,
    address: string,
  ): Promise<void> {
    const identity = await this.identities.find(upstream.id, lookupHash(person.subject));
    const { kind } = await this.decide(upstream, person, identity?.userId);
    if (kind !== 'confirm') return;
    const actor = { name: `user:${userId}`, address };
    if (await this.linking.link(userId, upstream, person, actor))
      await this.belongings.follow(upstream, userId, person, actor);
  }

  private async decide(
    upstream: LoadedUpstream,
    { isEmailTrusted, profile: { email } }: UpstreamPerson,
    linkedUserId: string | undefined,
  ): Promise<IdentityDecision> {
    const namesake =
      linkedUserId === undefined && isEmailTrusted && typeof email === 'string'
        ? await this.users.findByVerifiedEmail(emailKey(email))
        : null;
    return decideOnIdentity(upstream, {
      linkedUserId,
      isEmailTrusted,
      userIdByEmail: namesake?.id,
      isAdministrator: namesake !== null && rolesOf(namesake).length > 0,
    });
  }

  private async linkedMeanwhile({ id }: LoadedUpstream, subjectHash: string): Promise<string> {
    const identity = await this.identities.find(id, subjectHash);
    if (!identity) throw new UpstreamRefusal('no_account', 'the identity was linked and removed meanwhile');
    return identity.userId;
  }

  /** Notes the use, and stores what the upstream owns of the profile. */
  private async refresh(
    userId: string,
    identityId: string,
    upstream: LoadedUpstream,
    person: UpstreamPerson,
    actor: Originator,
  ): Promise<void> {
    const now = this.clock.now();
    const { label, owned } = person;
    await this.database.write((tx) =>
      this.identities.use(tx, identityId, { label, members: owned.join(' ') }, now),
    );
    await this.storeProfile(userId, upstream, person, actor);
  }

  /**
   * Stores what the upstream owns of the profile.
   * @param isTrial nothing is written
   * @returns whether anything differs from what was stored
   */
  async storeProfile(
    userId: string,
    { owns_profile: owns, trusted_email_domains: domains }: LoadedUpstream,
    { profile }: UpstreamPerson,
    actor: Originator,
    isTrial = false,
  ): Promise<boolean> {
    if (!owns) return false;
    const user = await this.users.find(userId);
    const stored = user && toProfile(user);
    const changed = stored && changesOf(stored, profile, domains);
    if (!changed || Object.keys(changed).length === 0) return false;
    if (isTrial) return true;
    try {
      await this.accounts.update(userId, changed, actor);
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      // Somebody else has the verified address: all but the address is stored.
      const { email: _email, email_verified: _verified, ...others } = changed;
      if (Object.keys(others).length === 0) return false;
      await this.accounts.update(userId, others, actor);
    }
    return true;
  }
}

/** What differs from what is stored. An address that was verified here stays, unless it may be replaced. */
function changesOf(stored: Required<Profile>, profile: Profile, domains: readonly string[]): Profile {
  const { email, email_verified: isVerified, ...others } = profile;
  const changed = Object.fromEntries(
    Object.entries(others).filter(([member, value]) => stored[member as keyof typeof others] !== value),
  );
  if (email === undefined || email === null || isVerified !== true) return changed;
  if (stored.email === email) return stored.email_verified ? changed : { ...changed, email_verified: true };
  const isKept = stored.email !== null && stored.email_verified && !mayReplace(stored.email, email, domains);
  return isKept ? changed : { ...changed, email, email_verified: true };
}
