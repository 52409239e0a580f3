import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, MoreThan } from 'typeorm';
import { Database } from '../database.js';
import {
  type InvitationOutcome,
  OrganizationInvitation,
} from '../entities/organization-invitation.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** Filter for the list of invitations. */
export interface InvitationFilter {
  readonly emailKey?: string | undefined;
  /** Whether those that have ended are listed, too. */
  readonly withEnded: boolean;
}

/** How an invitation ends. */
export interface InvitationEnd {
  readonly outcome: InvitationOutcome;
  readonly userId: string | null;
}

/** An open invitation, with the organization as people see it. */
export interface ShownInvitation {
  readonly id: string;
  readonly organization: string;
}

const isOpen = 'ended_at IS NULL AND expires_at > ?';

/** Invitations into organizations. One that has ended is kept until it would have expired. */
@Injectable()
export class OrganizationInvitationsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<OrganizationInvitation | null> {
    return this.database.read.findOneBy(OrganizationInvitation, { id });
  }

  /** Oldest first. */
  async list(
    organizationId: string,
    { emailKey, withEnded }: InvitationFilter,
    page: PageRequest,
    now: number,
  ): Promise<Page<OrganizationInvitation>> {
    const query = addPage(
      this.database.read.createQueryBuilder(OrganizationInvitation, 'i'),
      page,
      'createdAt',
    ).andWhere('i.organizationId = :organizationId', { organizationId });
    if (emailKey !== undefined) query.andWhere('i.emailKey = :emailKey', { emailKey });
    if (!withEnded) query.andWhere('i.endedAt IS NULL AND i.expiresAt > :now', { now });
    return toPage(await query.getMany(), page.limit);
  }

  /** The username of the member of an organization who has this address verified; undefined if there is none. */
  async memberWith(organizationId: string, emailKey: string): Promise<string | undefined> {
    const row = await this.database.row<{ username: string }>(
      `SELECT u.username FROM users u JOIN organization_members m ON m.user_id = u.id
        WHERE u.verified_email_key = ? AND m.organization_id = ?`,
      [emailKey, organizationId],
    );
    return row?.username;
  }

  /** The open invitations of an address, oldest first. */
  async openOf(emailKey: string, now: number): Promise<ShownInvitation[]> {
    const rows = await this.database.query<{ id: string; display_name: string }>(
      `SELECT i.id, o.display_name FROM organization_invitations i JOIN organizations o ON o.id = i.organization_id
        WHERE i.email_key = ? AND i.${isOpen} ORDER BY i.id`,
      [emailKey, now],
    );
    return rows.map(({ id, display_name: organization }) => ({ id, organization }));
  }

  /** Those of an address, and those that a user accepted or declined, oldest first. */
  async about(userId: string, emailKey: string | null): Promise<OrganizationInvitation[]> {
    return this.database.read.find(OrganizationInvitation, {
      where: [{ userId }, ...(emailKey === null ? [] : [{ emailKey }])],
      order: { id: 'ASC' },
    });
  }

  /** How many invitations of an organization that is held are open. */
  async countOpen(tx: EntityManager, organizationId: string, now: number): Promise<number> {
    return tx.countBy(OrganizationInvitation, {
      organizationId,
      endedAt: IsNull(),
      expiresAt: MoreThan(now),
    });
  }

  /** The ids of the open invitations of an address into an organization that is held. */
  async openIds(
    tx: EntityManager,
    organizationId: string,
    emailKey: string,
    now: number,
  ): Promise<readonly string[]> {
    const rows = await this.database.lockedRows<{ id: string }>(
      tx,
      `SELECT id FROM organization_invitations WHERE organization_id = ? AND email_key = ? AND ${isOpen}`,
      [organizationId, emailKey, now],
    );
    return rows.map(({ id }) => id);
  }

  async insert(tx: EntityManager, invitation: OrganizationInvitation): Promise<void> {
    await tx.insert(OrganizationInvitation, invitation);
  }

  /** Ends an open invitation: true for exactly one request, and only in time. */
  async end(
    tx: EntityManager,
    id: string,
    { outcome, userId }: InvitationEnd,
    now: number,
  ): Promise<boolean> {
    const ended = await this.database.affected(
      tx,
      `UPDATE organization_invitations SET outcome = ?, user_id = ?, ended_at = ? WHERE id = ? AND ${isOpen}`,
      [outcome, userId, now, id, now],
    );
    return ended === 1;
  }

  /** Gives an open invitation another end. @returns false if it is not open */
  async renew(tx: EntityManager, id: string, expiresAt: number, now: number): Promise<boolean> {
    // Changed rows are counted: what two requests of one second set alike counts as renewed, too.
    const [row] = await this.database.lockedRows<{ id: string }>(
      tx,
      `SELECT id FROM organization_invitations WHERE id = ? AND ${isOpen}`,
      [id, now],
    );
    if (!row) return false;
    await tx.update(OrganizationInvitation, { id }, { expiresAt });
    return true;
  }
}
