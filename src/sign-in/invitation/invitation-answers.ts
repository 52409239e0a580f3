import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { OrganizationMembers } from '../../directory/organizations/organization-members.js';
import { MailedLinks } from '../../mail/mailed-links.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import type { MailedLink } from '../../persistence/entities/mailed-link.entity.js';
import type { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import { OrganizationInvitationsStore } from '../../persistence/stores/organization-invitations.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { UserContacts } from '../../users/user-contacts.js';
import { addressFits } from './address-fits.js';

/** What has come of an answer. */
export type AnswerOutcome =
  | 'done'
  /** The invitation has ended meanwhile, or the link was used. */
  | 'dead'
  /** The account has another address or none, or one that only the link would verify. */
  | 'other-address'
  /** Another account has this address verified. */
  | 'taken';

/** An answer that cannot be given: what was written in its transaction is undone. */
class Refused extends Error {
  constructor(readonly outcome: Exclude<AnswerOutcome, 'done'>) {
    super(outcome);
  }
}

/** Accepts and declines invitations into organizations. A membership begins in the transaction that ends the invitation. */
@Injectable()
export class InvitationAnswers {
  constructor(
    private readonly invitations: OrganizationInvitationsStore,
    private readonly organizations: OrganizationsStore,
    private readonly members: OrganizationMembers,
    private readonly users: UsersStore,
    private readonly contacts: UserContacts,
    private readonly links: MailedLinks,
    private readonly changes: Changes,
  ) {}

  /**
   * Accepts for a user whose address it is. The link verifies the address.
   * @param link with which the person came
   */
  async accept(
    invitation: OrganizationInvitation,
    userId: string,
    link: MailedLink | undefined,
    address: string,
  ): Promise<AnswerOutcome> {
    const actor = { name: `user:${userId}`, address };
    try {
      await this.changes.change([], async (tx, now) => {
        // First the organization, as everywhere, so that no two transactions wait for each other.
        await this.organizations.hold(tx, invitation.organizationId);
        const held = await this.users.hold(tx, userId);
        if (!held || held.disabledAt !== null) throw new Refused('dead');
        if (!addressFits(held, invitation, link !== undefined)) throw new Refused('other-address');
        if (link && !(await this.links.redeemAsNobody(tx, link, now))) throw new Refused('dead');
        if (!held.emailVerified)
          await this.contacts.change(tx, held, { emailVerified: true }, { actor, now });
        if (!(await this.join(tx, invitation, userId, actor, now))) throw new Refused('dead');
      });
      return 'done';
    } catch (error) {
      if (error instanceof Refused) return error.outcome;
      if (error instanceof DuplicateError) return 'taken';
      throw error;
    }
  }

  /**
   * Ends the invitation and makes the user a member, in the transaction of what else comes of it.
   * @returns false if the invitation, or the organization, has ended
   */
  async join(
    tx: Transaction,
    invitation: OrganizationInvitation,
    userId: string,
    actor: Originator,
    now: number,
  ): Promise<boolean> {
    const { id, organizationId, roles } = invitation;
    const organization = await this.organizations.hold(tx, organizationId);
    if (!organization) return false;
    if (!(await this.invitations.end(tx, id, { outcome: 'accepted', userId }, now))) return false;
    await this.members.admit(tx, organization, userId, roles, { actor, now });
    const detail = { organization: organizationId, name: organization.name, invitation: id };
    await this.changes.record(tx, { event: 'organization.invitation_accepted', actor, userId, detail }, now);
    return true;
  }

  /** @param userId who declines, if somebody is signed in whose invitation it is */
  async decline(
    { id, organizationId }: OrganizationInvitation,
    userId: string | null,
    address: string,
  ): Promise<AnswerOutcome> {
    const actor = { name: userId === null ? 'unknown' : `user:${userId}`, address };
    const declined = await this.changes.change<string | false>(
      (name) => ({
        event: 'organization.invitation_declined',
        actor,
        userId,
        detail: { organization: organizationId, name, invitation: id },
      }),
      async (tx, now) => {
        const organization = await this.organizations.hold(tx, organizationId);
        if (!organization) return false;
        if (!(await this.invitations.end(tx, id, { outcome: 'declined', userId }, now))) return false;
        await this.links.end(tx, id);
        return organization.name;
      },
    );
    return declined === false ? 'dead' : 'done';
  }

  /** Whether this user has accepted the invitation: for forms that come twice. */
  async isAccepted(id: string, userId: string): Promise<boolean> {
    const invitation = await this.invitations.find(id);
    return invitation?.outcome === 'accepted' && invitation.userId === userId;
  }
}
