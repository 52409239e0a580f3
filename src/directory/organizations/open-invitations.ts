import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import type { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import {
  OrganizationInvitationsStore,
  type ShownInvitation,
} from '../../persistence/stores/organization-invitations.store.js';
import { OrganizationsStore } from '../../persistence/stores/organizations.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';

/** An invitation that can be accepted, as people see it. */
export interface OpenInvitation {
  readonly invitation: OrganizationInvitation;
  /** The display name of the organization. */
  readonly organization: string;
  /** The name of the user who invites; undefined if it is no user, or the account is gone. */
  readonly inviter: string | undefined;
}

/** Invitations that can be accepted. */
@Injectable()
export class OpenInvitations {
  constructor(
    private readonly store: OrganizationInvitationsStore,
    private readonly organizations: OrganizationsStore,
    private readonly users: UsersStore,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<OpenInvitation | undefined> {
    const invitation = await this.store.find(id);
    if (!invitation || invitation.endedAt !== null || invitation.expiresAt <= this.clock.now())
      return undefined;
    const organization = await this.organizations.find(invitation.organizationId);
    if (!organization) return undefined;
    const inviter = await this.inviterOf(invitation);
    return { invitation, organization: organization.displayName, inviter };
  }

  /** Those of a verified address, oldest first. */
  async ofAddress(emailKey: string): Promise<ShownInvitation[]> {
    return this.store.openOf(emailKey, this.clock.now());
  }

  private async inviterOf({ invitedBy }: OrganizationInvitation): Promise<string | undefined> {
    const [kind, id = ''] = invitedBy.split(':');
    const user = kind === 'user' ? await this.users.find(id) : null;
    return user ? (user.name ?? user.username) : undefined;
  }
}
