import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { nameOf, type Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { TooManyRequests } from '../../http/too-many-requests.js';
import { LinkLimits } from '../../mail/link-limits.js';
import { MailedLinks } from '../../mail/mailed-links.js';
import type { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import { newId } from '../../persistence/id.js';
import { OrganizationInvitationsStore } from '../../persistence/stores/organization-invitations.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { emailKey } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { unknownInvitation, unknownOrganization } from '../directory-refusals.js';
import { InvitationMails } from './invitation-mails.js';
import { requireOwnRoles } from './organization-members.js';

/** Somebody to be invited. */
export interface NewInvitation {
  readonly email: string;
  /** The roles in the organization that the invitation gives. */
  readonly roles: string[];
  /** The tag of the language of the mail, for whoever has no account. */
  readonly language?: string;
}

/** Invites e-mail addresses into organizations. `actor` is the actor in the audit trail. */
@Injectable()
export class OrganizationInvitations {
  constructor(
    private readonly store: OrganizationInvitationsStore,
    private readonly organizations: OrganizationsStore,
    private readonly mails: InvitationMails,
    private readonly links: MailedLinks,
    private readonly limits: LinkLimits,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException if the organization has no such invitation */
  async require(organizationId: string, id: string): Promise<OrganizationInvitation> {
    const invitation = await this.store.find(id);
    if (invitation?.organizationId !== organizationId) throw unknownInvitation(id);
    return invitation;
  }

  /**
   * Invites an address, and mails it a link. Earlier invitations of the address into the organization end.
   * @throws NotFoundException
   * @throws BadRequestException if the organization has no such role
   * @throws ConflictException if mail cannot be sent, the address is that of a member, or too many invitations are open
   * @throws TooManyRequests if the address got too many invitations within an hour
   */
  async invite(
    organizationId: string,
    { email, roles, language }: NewInvitation,
    actor: Originator,
  ): Promise<OrganizationInvitation> {
    if (!(await this.organizations.find(organizationId))) throw unknownOrganization(organizationId);
    this.mails.requireMail();
    const key = emailKey(email);
    const member = await this.store.memberWith(organizationId, key);
    if (member !== undefined)
      throw new ConflictException(`the user ${member} belongs to the organization already`);
    await this.countMail(key);
    const id = newId();
    return this.changes.change<OrganizationInvitation>([], async (tx, now) => {
      const organization = await this.organizations.hold(tx, organizationId);
      if (!organization) throw unknownOrganization(organizationId);
      requireOwnRoles(organization, roles);
      const earlier = await this.store.openIds(tx, organizationId, key, now);
      for (const one of earlier) await this.end(tx, one, 'replaced', now);
      const { maxInvitations, invitationTtl } = this.settings.mail;
      if ((await this.store.countOpen(tx, organizationId, now)) >= maxInvitations)
        throw new ConflictException(`the organization has ${maxInvitations} open invitations already`);
      const invitation = {
        id,
        organizationId,
        email,
        emailKey: key,
        roles: roles.toSorted(),
        invitedBy: nameOf(actor),
        language: language ?? null,
        createdAt: now,
        expiresAt: now + invitationTtl,
        outcome: null,
        endedAt: null,
        userId: null,
      };
      await this.store.insert(tx, invitation);
      await this.mails.queue(tx, id, actor, now);
      const detail = {
        organization: organizationId,
        name: organization.name,
        invitation: id,
        roles: invitation.roles.join(' '),
        replaced: earlier.length,
      };
      await this.changes.record(tx, { event: 'organization.invited', actor, detail }, now);
      return invitation;
    });
  }

  /**
   * Mails another link, and gives the invitation its whole time again. The link that was mailed before ends.
   * @throws NotFoundException
   * @throws ConflictException if mail cannot be sent, or the invitation is not open
   * @throws TooManyRequests as {@link invite}
   */
  async resend(organizationId: string, id: string, actor: Originator): Promise<OrganizationInvitation> {
    const { emailKey: key } = await this.require(organizationId, id);
    this.mails.requireMail();
    await this.countMail(key);
    const detail = { organization: organizationId, invitation: id };
    await this.changes.change({ event: 'organization.invitation_resent', actor, detail }, async (tx, now) => {
      if (!(await this.store.renew(tx, id, now + this.settings.mail.invitationTtl, now))) throw notOpen();
      await this.mails.queue(tx, id, actor, now);
    });
    return this.require(organizationId, id);
  }

  /**
   * Ends an open invitation, with its links. Does nothing if it was withdrawn before.
   * @throws NotFoundException
   * @throws ConflictException if it has ended otherwise
   */
  async withdraw(organizationId: string, id: string, actor: Originator): Promise<void> {
    if ((await this.require(organizationId, id)).outcome === 'withdrawn') return;
    const detail = { organization: organizationId, invitation: id };
    await this.changes.change(
      { event: 'organization.invitation_withdrawn', actor, detail },
      async (tx, now) => {
        if (!(await this.end(tx, id, 'withdrawn', now))) throw notOpen();
      },
    );
  }

  private async end(
    tx: Transaction,
    id: string,
    outcome: 'withdrawn' | 'replaced',
    now: number,
  ): Promise<boolean> {
    if (!(await this.store.end(tx, id, { outcome, userId: null }, now))) return false;
    await this.links.end(tx, id);
    return true;
  }

  /** @throws TooManyRequests */
  private async countMail(key: string): Promise<void> {
    const wait = await this.limits.countForAccount(`organization invitation ${key}`);
    if (wait !== undefined)
      throw new TooManyRequests(
        `too many invitations were mailed to this address: try again in ${wait} seconds`,
        wait,
      );
  }
}

const notOpen = (): ConflictException => new ConflictException('the invitation is not open any more');
