import { Injectable } from '@nestjs/common';
import { UserAttributes } from '../../directory/attributes/user-attributes.js';
import { RoleOwners } from '../../directory/role-owners.js';
import { GroupMember } from '../../persistence/entities/group-member.entity.js';
import { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import { OrganizationMemberRole } from '../../persistence/entities/organization-member-role.entity.js';
import { OrganizationMember } from '../../persistence/entities/organization-member.entity.js';
import { ScimProfile } from '../../persistence/entities/scim-profile.entity.js';
import { ScimUserId } from '../../persistence/entities/scim-user-id.entity.js';
import { UserAttribute } from '../../persistence/entities/user-attribute.entity.js';
import { UserRole } from '../../persistence/entities/user-role.entity.js';
import { MembershipsStore } from '../../persistence/stores/memberships.store.js';
import { OrganizationInvitationsStore } from '../../persistence/stores/organization-invitations.store.js';
import { AffiliationsStore } from '../../persistence/stores/affiliations.store.js';
import { ScimProfilesStore } from '../../persistence/stores/scim-profiles.store.js';
import { emailKey, UsersStore } from '../../persistence/stores/users.store.js';
import { type DataSection, timeOf } from './data-section.js';

/** The groups and organizations that the person is a member of, the roles and attributes that they have, and what directories know of them. */
@Injectable()
export class DirectoryData {
  readonly sections: readonly DataSection[] = [
    {
      name: 'memberships',
      from: [GroupMember, UserRole, OrganizationMember, OrganizationMemberRole],
      read: (userId) => this.memberships(userId),
    },
    {
      name: 'invitations',
      from: [OrganizationInvitation],
      read: (userId) => this.invitationsOf(userId),
    },
    { name: 'attributes', from: [UserAttribute], read: (userId) => this.attributes.of(userId) },
    { name: 'provisioning', from: [ScimProfile, ScimUserId], read: (userId) => this.provisioning(userId) },
  ];

  constructor(
    private readonly store: MembershipsStore,
    private readonly affiliations: AffiliationsStore,
    private readonly invitations: OrganizationInvitationsStore,
    private readonly users: UsersStore,
    private readonly owners: RoleOwners,
    private readonly profiles: ScimProfilesStore,
    private readonly attributes: UserAttributes,
  ) {}

  /** Into organizations: those of the verified address, and those that the person answered. */
  private async *invitationsOf(userId: string): AsyncIterable<object> {
    const user = await this.users.find(userId);
    const key = user?.email && user.emailVerified ? emailKey(user.email) : null;
    for (const invitation of await this.invitations.about(userId, key))
      yield {
        organization_id: invitation.organizationId,
        mailed_to: invitation.email,
        roles: invitation.roles,
        outcome: invitation.outcome,
        created_at: timeOf(invitation.createdAt),
        expires_at: timeOf(invitation.expiresAt),
        ended_at: timeOf(invitation.endedAt),
      };
  }

  private async provisioning(userId: string): Promise<object> {
    const [profile, ids] = await Promise.all([
      this.profiles.find(userId),
      this.profiles.externalIdsOf(userId),
    ]);
    const { userId: _, ...members } = profile ?? { userId };
    return {
      ...members,
      external_ids: ids.map(({ provisioner, externalId }) => ({ provisioner, external_id: externalId })),
    };
  }

  private async memberships(userId: string): Promise<object> {
    const { groups, roles } = await this.store.of(userId);
    const organizations = await this.affiliations.affiliationsOf(userId);
    const owners = await this.owners.nameAll(roles);
    return {
      groups: groups.map(({ name }) => name),
      roles: roles.map(({ name }, index) => ({ name, ...owners[index] })),
      organizations: organizations.map(({ name, roles: held }) => ({ name, roles: held })),
    };
  }
}
