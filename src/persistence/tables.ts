import type { Type } from '@nestjs/common';
import { OpaqueAccessToken } from './entities/access-token.entity.js';
import { AnsweredInteraction } from './entities/answered-interaction.entity.js';
import { AttributeDefinition } from './entities/attribute-definition.entity.js';
import { AuditCursor } from './entities/audit-cursor.entity.js';
import { AuditSeal } from './entities/audit-seal.entity.js';
import { AuditEvent } from './entities/audit-event.entity.js';
import { Authenticator } from './entities/authenticator.entity.js';
import { BackchannelRequest } from './entities/backchannel-request.entity.js';
import { AuthorizationDetailsType } from './entities/authorization-details-type.entity.js';
import { AuthorizationCode } from './entities/authorization-code.entity.js';
import { StoredClaimRule } from './entities/claim-rule.entity.js';
import { ClientManager } from './entities/client-manager.entity.js';
import { ClientSecret } from './entities/client-secret.entity.js';
import { Client } from './entities/client.entity.js';
import { Consent } from './entities/consent.entity.js';
import { Credential } from './entities/credential.entity.js';
import { Delivery } from './entities/delivery.entity.js';
import { DeletedClient } from './entities/deleted-client.entity.js';
import { DeviceCode } from './entities/device-code.entity.js';
import { EmailCode } from './entities/email-code.entity.js';
import { Grant } from './entities/grant.entity.js';
import { IdempotencyKey } from './entities/idempotency-key.entity.js';
import { Identity } from './entities/identity.entity.js';
import { GroupMember } from './entities/group-member.entity.js';
import { GroupRole } from './entities/group-role.entity.js';
import { Group } from './entities/group.entity.js';
import { InitialAccessToken } from './entities/initial-access-token.entity.js';
import { JobChunk } from './entities/job-chunk.entity.js';
import { JobError } from './entities/job-error.entity.js';
import { Job } from './entities/job.entity.js';
import { KeptKey } from './entities/kept-key.entity.js';
import { Lease } from './entities/lease.entity.js';
import { MailedLink } from './entities/mailed-link.entity.js';
import { OrganizationConsent } from './entities/organization-consent.entity.js';
import { OrganizationDomain } from './entities/organization-domain.entity.js';
import { OrganizationInvitation } from './entities/organization-invitation.entity.js';
import { Organization } from './entities/organization.entity.js';
import { OrganizationMember } from './entities/organization-member.entity.js';
import { OrganizationMemberRole } from './entities/organization-member-role.entity.js';
import { Passkey } from './entities/passkey.entity.js';
import { PushedRequest } from './entities/pushed-request.entity.js';
import { RecoveryCode } from './entities/recovery-code.entity.js';
import { RefreshToken } from './entities/refresh-token.entity.js';
import { Refusal } from './entities/refusal.entity.js';
import { Resource } from './entities/resource.entity.js';
import { RevokedToken } from './entities/revoked-token.entity.js';
import { Role } from './entities/role.entity.js';
import { ScimGroupId } from './entities/scim-group-id.entity.js';
import { ScimProfile } from './entities/scim-profile.entity.js';
import { ScimToken } from './entities/scim-token.entity.js';
import { ScimUserId } from './entities/scim-user-id.entity.js';
import { SessionClient } from './entities/session-client.entity.js';
import { Session } from './entities/session.entity.js';
import { SigningKey } from './entities/signing-key.entity.js';
import { Throttle } from './entities/throttle.entity.js';
import { AssertionPolicy } from './entities/assertion-policy.entity.js';
import { TokenUse } from './entities/token-use.entity.js';
import { TrustedIssuer } from './entities/trusted-issuer.entity.js';
import { UpstreamRequest } from './entities/upstream-request.entity.js';
import { UpstreamSignOut } from './entities/upstream-sign-out.entity.js';
import { Upstream } from './entities/upstream.entity.js';
import { UsedJti } from './entities/used-jti.entity.js';
import { UserAttribute } from './entities/user-attribute.entity.js';
import { UserRole } from './entities/user-role.entity.js';
import { User } from './entities/user.entity.js';
import { AccessTokensStore } from './stores/access-tokens.store.js';
import { AnsweredInteractionsStore } from './stores/answered-interactions.store.js';
import { AttributesStore } from './stores/attributes.store.js';
import { AuditCursorsStore } from './stores/audit-cursors.store.js';
import { AuditSealsStore } from './stores/audit-seals.store.js';
import { AuditStore } from './stores/audit.store.js';
import { AuthenticatorsStore } from './stores/authenticators.store.js';
import { BackchannelRequestsStore } from './stores/backchannel-requests.store.js';
import { AuthorizationDetailsTypesStore } from './stores/authorization-details-types.store.js';
import { AuthorizationCodesStore } from './stores/authorization-codes.store.js';
import { ClaimRulesStore } from './stores/claim-rules.store.js';
import { ClientManagersStore } from './stores/client-managers.store.js';
import { ClientsStore } from './stores/clients.store.js';
import { AffectedGrantsStore } from './stores/affected-grants.store.js';
import { AffiliationsStore } from './stores/affiliations.store.js';
import { AllowedDetailsStore } from './stores/allowed-details.store.js';
import { AllowedScopesStore } from './stores/allowed-scopes.store.js';
import { ConsentsStore } from './stores/consents.store.js';
import { DeliveriesStore } from './stores/deliveries.store.js';
import { DeviceCodesStore } from './stores/device-codes.store.js';
import { EmailCodesStore } from './stores/email-codes.store.js';
import { GrantHistoryStore } from './stores/grant-history.store.js';
import { GrantsStore } from './stores/grants.store.js';
import { IdempotencyKeysStore } from './stores/idempotency-keys.store.js';
import { DirectorySyncStore } from './stores/directory-sync.store.js';
import { IdentitiesStore } from './stores/identities.store.js';
import { GroupsStore } from './stores/groups.store.js';
import { InitialAccessTokensStore } from './stores/initial-access-tokens.store.js';
import { JobsStore } from './stores/jobs.store.js';
import { JobFilesStore } from './stores/job-files.store.js';
import { KeptKeysStore } from './stores/kept-keys.store.js';
import { LeasesStore } from './stores/leases.store.js';
import { MailedLinksStore } from './stores/mailed-links.store.js';
import { MembershipsStore } from './stores/memberships.store.js';
import { OrganizationConsentsStore } from './stores/organization-consents.store.js';
import { OrganizationDomainsStore } from './stores/organization-domains.store.js';
import { OrganizationInvitationsStore } from './stores/organization-invitations.store.js';
import { OrganizationMembersStore } from './stores/organization-members.store.js';
import { OrganizationRealmsStore } from './stores/organization-realms.store.js';
import { OrganizationsStore } from './stores/organizations.store.js';
import { PasskeysStore } from './stores/passkeys.store.js';
import { PushedRequestsStore } from './stores/pushed-requests.store.js';
import { RecoveryCodesStore } from './stores/recovery-codes.store.js';
import { RefreshTokensStore } from './stores/refresh-tokens.store.js';
import { RefusalsStore } from './stores/refusals.store.js';
import { ResourcesStore } from './stores/resources.store.js';
import { RevocationsStore } from './stores/revocations.store.js';
import { RolesStore } from './stores/roles.store.js';
import { ScimProfilesStore } from './stores/scim-profiles.store.js';
import { ScimSearchStore } from './stores/scim-search.store.js';
import { ScimTokensStore } from './stores/scim-tokens.store.js';
import { SealedValuesStore } from './stores/sealed-values.store.js';
import { SessionClientsStore } from './stores/session-clients.store.js';
import { SessionsStore } from './stores/sessions.store.js';
import { SigningKeysStore } from './stores/signing-keys.store.js';
import { ThrottlesStore } from './stores/throttles.store.js';
import { AssertionPoliciesStore } from './stores/assertion-policies.store.js';
import { TokenUsesStore } from './stores/token-uses.store.js';
import { TrustedIssuersStore } from './stores/trusted-issuers.store.js';
import { UpstreamRequestsStore } from './stores/upstream-requests.store.js';
import { UpstreamSignOutsStore } from './stores/upstream-sign-outs.store.js';
import { UpstreamsStore } from './stores/upstreams.store.js';
import { UsedJtisStore } from './stores/used-jtis.store.js';
import { UserFactorsStore } from './stores/user-factors.store.js';
import { UpkeepStore } from './stores/upkeep.store.js';
import { UsersStore } from './stores/users.store.js';

/** Every store, with the entities of its tables. A further table is a line here, beside its entity, its store and its migration. */
const tables = [
  { store: AccessTokensStore, entities: [OpaqueAccessToken] },
  // Its tables are those of GrantsStore, ClientsStore and UsersStore.
  { store: AffectedGrantsStore, entities: [] },
  // Its tables are those of OrganizationsStore and OrganizationMembersStore.
  { store: AffiliationsStore, entities: [] },
  // Their tables are those of ConsentsStore and GrantsStore.
  { store: AllowedDetailsStore, entities: [] },
  { store: AllowedScopesStore, entities: [] },
  { store: AnsweredInteractionsStore, entities: [AnsweredInteraction] },
  { store: AttributesStore, entities: [AttributeDefinition, UserAttribute] },
  { store: AuditCursorsStore, entities: [AuditCursor] },
  { store: AuditSealsStore, entities: [AuditSeal] },
  { store: AuditStore, entities: [AuditEvent] },
  { store: AuthenticatorsStore, entities: [Authenticator] },
  { store: AuthorizationCodesStore, entities: [AuthorizationCode] },
  { store: BackchannelRequestsStore, entities: [BackchannelRequest] },
  { store: AuthorizationDetailsTypesStore, entities: [AuthorizationDetailsType] },
  { store: ClaimRulesStore, entities: [StoredClaimRule] },
  { store: ClientManagersStore, entities: [ClientManager] },
  { store: ClientsStore, entities: [Client, ClientSecret, DeletedClient] },
  { store: ConsentsStore, entities: [Consent] },
  { store: DeliveriesStore, entities: [Delivery] },
  { store: DeviceCodesStore, entities: [DeviceCode] },
  { store: EmailCodesStore, entities: [EmailCode] },
  // Its tables are those of what a grant issues, and of AuditStore.
  { store: GrantHistoryStore, entities: [] },
  { store: GrantsStore, entities: [Grant] },
  { store: IdempotencyKeysStore, entities: [IdempotencyKey] },
  // Its tables are those of IdentitiesStore and UpstreamsStore.
  { store: DirectorySyncStore, entities: [] },
  { store: IdentitiesStore, entities: [Identity] },
  { store: GroupsStore, entities: [Group, GroupMember] },
  { store: InitialAccessTokensStore, entities: [InitialAccessToken] },
  { store: JobsStore, entities: [Job] },
  { store: JobFilesStore, entities: [JobChunk, JobError] },
  { store: KeptKeysStore, entities: [KeptKey] },
  { store: LeasesStore, entities: [Lease] },
  { store: MailedLinksStore, entities: [MailedLink] },
  // Its tables are those of GroupsStore and RolesStore.
  { store: MembershipsStore, entities: [] },
  { store: OrganizationConsentsStore, entities: [OrganizationConsent] },
  { store: OrganizationDomainsStore, entities: [OrganizationDomain] },
  { store: OrganizationInvitationsStore, entities: [OrganizationInvitation] },
  { store: OrganizationMembersStore, entities: [OrganizationMember, OrganizationMemberRole] },
  // Its tables are those of OrganizationsStore, OrganizationMembersStore and OrganizationDomainsStore.
  { store: OrganizationRealmsStore, entities: [] },
  { store: OrganizationsStore, entities: [Organization] },
  { store: PasskeysStore, entities: [Passkey] },
  { store: PushedRequestsStore, entities: [PushedRequest] },
  { store: RecoveryCodesStore, entities: [RecoveryCode] },
  { store: RefreshTokensStore, entities: [RefreshToken] },
  { store: RefusalsStore, entities: [Refusal] },
  { store: ResourcesStore, entities: [Resource] },
  { store: RevocationsStore, entities: [RevokedToken] },
  { store: RolesStore, entities: [Role, UserRole, GroupRole] },
  { store: ScimProfilesStore, entities: [ScimProfile, ScimUserId, ScimGroupId] },
  // Its tables are those of UsersStore, GroupsStore and ScimProfilesStore.
  { store: ScimSearchStore, entities: [] },
  { store: ScimTokensStore, entities: [ScimToken] },
  { store: SealedValuesStore, entities: [] },
  { store: SessionClientsStore, entities: [SessionClient] },
  { store: SessionsStore, entities: [Session] },
  { store: SigningKeysStore, entities: [SigningKey] },
  { store: ThrottlesStore, entities: [Throttle] },
  // Its tables are those of most other stores.
  { store: UpkeepStore, entities: [] },
  { store: UpstreamRequestsStore, entities: [UpstreamRequest] },
  { store: UpstreamSignOutsStore, entities: [UpstreamSignOut] },
  { store: AssertionPoliciesStore, entities: [AssertionPolicy] },
  { store: TokenUsesStore, entities: [TokenUse] },
  { store: TrustedIssuersStore, entities: [TrustedIssuer] },
  { store: UpstreamsStore, entities: [Upstream] },
  { store: UsedJtisStore, entities: [UsedJti] },
  // Its tables are those of UsersStore, AuthenticatorsStore, PasskeysStore, RecoveryCodesStore and IdentitiesStore.
  { store: UserFactorsStore, entities: [] },
  { store: UsersStore, entities: [User, Credential] },
];

/** Every entity, for the data source. */
export const entities = tables.flatMap((table): Type[] => table.entities);

/** Every store, for the module. */
export const stores = tables.map(({ store }) => store);
