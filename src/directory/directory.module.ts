import { Module } from '@nestjs/common';
import { AttributeDefinitions } from './attributes/attribute-definitions.js';
import { AttributesAdminController } from './attributes/attributes.admin.controller.js';
import { StatedAttributes } from './attributes/stated-attributes.js';
import { UserAttributes } from './attributes/user-attributes.js';
import { ClaimRuleCatalogue } from './claim-rule-catalogue.js';
import { ClaimRules } from './claim-rules.js';
import { ClaimRulesAdminController } from './claim-rules.admin.controller.js';
import { PersonClaims } from './claims.js';
import { GroupMembers } from './group-members.js';
import { GroupTree } from './group-tree.js';
import { Groups } from './groups.js';
import { GroupsAdminController } from './groups.admin.controller.js';
import { MembershipsAdminController } from './memberships.admin.controller.js';
import { DomainProofs } from './organizations/domain-proofs.js';
import { InvitationMails } from './organizations/invitation-mails.js';
import { MembershipSources } from './organizations/membership-sources.js';
import { OpenInvitations } from './organizations/open-invitations.js';
import { OrganizationDemands } from './organizations/organization-demands.js';
import { OrganizationDomains } from './organizations/organization-domains.js';
import { OrganizationDomainsAdminController } from './organizations/organization-domains.admin.controller.js';
import { OrganizationInvitations } from './organizations/organization-invitations.js';
import { OrganizationInvitationsAdminController } from './organizations/organization-invitations.admin.controller.js';
import { OrganizationJoining } from './organizations/organization-joining.js';
import { OrganizationMembers } from './organizations/organization-members.js';
import { OrganizationRealms } from './organizations/organization-realms.js';
import { Organizations } from './organizations/organizations.js';
import { OrganizationsAdminController } from './organizations/organizations.admin.controller.js';
import { RoleHoldersAdminController } from './role-holders.admin.controller.js';
import { RoleOwners } from './role-owners.js';
import { Roles } from './roles.js';
import { SecondFactorGroups } from './second-factor-groups.js';
import { UpstreamAffiliations } from './upstream-affiliations.js';
import { RolesAdminController } from './roles.admin.controller.js';

/** Groups, roles, organizations, what people have by them, and which claims about people tokens hold. */
@Module({
  controllers: [
    AttributesAdminController,
    ClaimRulesAdminController,
    GroupsAdminController,
    MembershipsAdminController,
    OrganizationDomainsAdminController,
    OrganizationInvitationsAdminController,
    OrganizationsAdminController,
    RolesAdminController,
    RoleHoldersAdminController,
  ],
  providers: [
    AttributeDefinitions,
    StatedAttributes,
    UserAttributes,
    ClaimRuleCatalogue,
    ClaimRules,
    DomainProofs,
    GroupMembers,
    GroupTree,
    Groups,
    InvitationMails,
    MembershipSources,
    OpenInvitations,
    OrganizationDemands,
    OrganizationDomains,
    OrganizationInvitations,
    OrganizationJoining,
    OrganizationMembers,
    OrganizationRealms,
    Organizations,
    PersonClaims,
    RoleOwners,
    Roles,
    SecondFactorGroups,
    UpstreamAffiliations,
  ],
  exports: [
    AttributeDefinitions,
    StatedAttributes,
    UserAttributes,
    SecondFactorGroups,
    ClaimRules,
    GroupMembers,
    Groups,
    MembershipSources,
    OpenInvitations,
    OrganizationDemands,
    OrganizationDomains,
    OrganizationInvitations,
    OrganizationJoining,
    OrganizationMembers,
    OrganizationRealms,
    Organizations,
    PersonClaims,
    RoleOwners,
    Roles,
    UpstreamAffiliations,
  ],
})
export class DirectoryModule {}
