import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { AuditEvent } from '../../audit/events.js';
import type { Originator } from '../../audit/originator.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { readableCode } from '../../crypto/readable-code.js';
import { StatedAttributes } from '../../directory/attributes/stated-attributes.js';
import { Notifications } from '../../mail/notifications.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { newId } from '../../persistence/id.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { usernameKey, UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { maxUsernameLength } from '../../users/user-fields.js';
import { newUsernameViolation } from '../../users/username.js';
import type { UpstreamDefinition } from './definition.js';
import type { UpstreamPerson } from './mapping.js';

/** An identity at an upstream. */
export interface LinkedUpstream {
  readonly id: string;
  readonly alias: string;
  readonly name: string;
}

/** Another request has linked the identity meanwhile. */
class TakenError extends Error {}

const maxAttempts = 5;

/** Links the people of upstreams to users, and makes users for them. */
@Injectable()
export class IdentityLinking {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly attributes: StatedAttributes,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
  ) {}

  /**
   * Links an identity to a user, who is notified by mail.
   * @returns false if it is linked to somebody already
   */
  async link(
    userId: string,
    upstream: LinkedUpstream,
    person: UpstreamPerson,
    actor: Originator,
  ): Promise<boolean> {
    return this.changes.change(linked(userId, upstream, actor), async (tx, now) => {
      if (!(await this.users.hold(tx, userId))) return false;
      if (!(await this.insert(tx, userId, upstream, person, now))) return false;
      const address = typeof actor === 'string' ? undefined : actor.address;
      const notice = { message: 'factor-added', userId, factor: 'identity', address } as const;
      await this.notifications.notify(tx, { ...notice, upstream: upstream.name }, now);
      return true;
    });
  }

  /**
   * Makes a user for an identity, in one transaction. If the identity comes twice at once, one user is made.
   * @returns undefined if the identity was linked meanwhile
   */
  async create(
    upstream: LinkedUpstream & Pick<UpstreamDefinition, 'owns_profile'>,
    person: UpstreamPerson,
    actor: Originator,
  ): Promise<User | undefined> {
    const stated = await this.attributes.read(person.attributes ?? {});
    const owner = { upstreamId: upstream.owns_profile ? upstream.id : null };
    for (let attempt = 1; ; attempt++) {
      const username = usernameFor(person, upstream.alias, attempt);
      try {
        return await this.accounts.insert({ ...person.profile, username }, actor, {
          also: async (tx, userId, now) => {
            if (!(await this.insert(tx, userId, upstream, person, now))) throw new TakenError();
            await this.changes.record(tx, linked(userId, upstream, actor), now);
            await this.attributes.giveWithin(tx, userId, stated, { actor, now, ...owner });
          },
        });
      } catch (error) {
        if (error instanceof TakenError) return undefined;
        // The username is taken, or somebody has the verified address since it was looked for.
        if (!(error instanceof ConflictException) || attempt === maxAttempts) throw error;
        if (await this.identities.find(upstream.id, lookupHash(person.subject))) return undefined;
      }
    }
  }

  private async insert(
    tx: Transaction,
    userId: string,
    { id: upstreamId }: LinkedUpstream,
    { subject, label, owned }: UpstreamPerson,
    now: number,
  ): Promise<boolean> {
    return this.identities.insert(tx, {
      id: newId(),
      userId,
      upstreamId,
      subjectHash: lookupHash(subject),
      subject,
      label,
      members: owned.join(' '),
      createdAt: now,
      lastUsedAt: now,
    });
  }
}

const linked = (userId: string, { alias }: LinkedUpstream, actor: Originator): AuditEvent => ({
  event: 'identity.linked',
  actor,
  userId,
  detail: { upstream: alias },
});

/**
 * The name that the person has there, if it can be one here; with an ending of its own from the second attempt on. An address is a name
 * only for the person whose trusted address it is: it is what others sign in with.
 */
function usernameFor({ username, profile }: UpstreamPerson, alias: string, attempt: number): string {
  const wished = [username, profile.email ?? undefined].find(
    (name) =>
      name !== undefined &&
      (!name.includes('@') || name === profile.email) &&
      newUsernameViolation(name) === undefined &&
      usernameKey(name) !== '' &&
      Math.max(name.length, usernameKey(name).length) <= maxUsernameLength - 12,
  );
  if (wished === undefined) return `${alias}-${readableCode(2)}`;
  return attempt === 1 ? wished : `${wished}-${readableCode(1)}`;
}
