import { Initial1763700000000 } from './1763700000000-initial.js';
import { PushedRequests1763710000000 } from './1763710000000-pushed-requests.js';
import { GrantResources1763711000000 } from './1763711000000-grant-resources.js';
import { SignedResponses1763712000000 } from './1763712000000-signed-responses.js';
import { Logout1763720000000 } from './1763720000000-logout.js';
import { ClientKeys1763730000000 } from './1763730000000-client-keys.js';
import { RequestObjects1763731000000 } from './1763731000000-request-objects.js';
import { DynamicRegistration1763740000000 } from './1763740000000-dynamic-registration.js';
import { PairwiseSubjects1763750000000 } from './1763750000000-pairwise-subjects.js';
import { Dpop1763760000000 } from './1763760000000-dpop.js';
import { RevocationFeed1763786400000 } from './1763786400000-revocation-feed.js';
import { Refusals1763790000000 } from './1763790000000-refusals.js';
import { ReferencedRequests1763791000000 } from './1763791000000-referenced-requests.js';
import { MutualTls1763792000000 } from './1763792000000-mutual-tls.js';
import { OpenSessions1763800000000 } from './1763800000000-open-sessions.js';
import { SignedUserinfo1763801000000 } from './1763801000000-signed-userinfo.js';
import { IntrospectionResources1763802000000 } from './1763802000000-introspection-resources.js';
import { Deliveries1763803000000 } from './1763803000000-deliveries.js';
import { PendingGrants1763810000000 } from './1763810000000-pending-grants.js';
import { VerifiedAddresses1763812000000 } from './1763812000000-verified-addresses.js';
import { PushedRequestArrival1763813000000 } from './1763813000000-pushed-request-arrival.js';
import { UnstatedScopes1763821000000 } from './1763821000000-unstated-scopes.js';
import { PasswordChanges1763822000000 } from './1763822000000-password-changes.js';
import { IdTokenClaims1763823000000 } from './1763823000000-id-token-claims.js';
import { AccessTokenForm1763824000000 } from './1763824000000-access-token-form.js';
import { AuthenticationMethods1763825000000 } from './1763825000000-authentication-methods.js';
import { AuditByTime1763826000000 } from './1763826000000-audit-by-time.js';
import { SignInAtClients1763841000000 } from './1763841000000-sign-in-at-clients.js';
import { KeptSessions1763842000000 } from './1763842000000-kept-sessions.js';
import { KeptKeys1763860000000 } from './1763860000000-kept-keys.js';
import { Factors1763861000000 } from './1763861000000-factors.js';
import { SealedDeliveries1763862000000 } from './1763862000000-sealed-deliveries.js';
import { MailedLinks1763862100000 } from './1763862100000-mailed-links.js';
import { ResourceTranslations1763864000000 } from './1763864000000-resource-translations.js';
import { FirstSignIns1763865000000 } from './1763865000000-first-sign-ins.js';
import { AuditOfUsers1763866000000 } from './1763866000000-audit-of-users.js';
import { ForgottenDevices1763866100000 } from './1763866100000-forgotten-devices.js';
import { AccountDeletions1763866200000 } from './1763866200000-account-deletions.js';
import { ClientTranslations1763866300000 } from './1763866300000-client-translations.js';
import { EmailCodes1763867000000 } from './1763867000000-email-codes.js';
import { SignInPolicyOfClients1763867100000 } from './1763867100000-sign-in-policy-of-clients.js';
import { ClientBrand1763868000000 } from './1763868000000-client-brand.js';
import { Administration1763869000000 } from './1763869000000-administration.js';
import { AuditByGrant1763869100000 } from './1763869100000-audit-by-grant.js';
import { AuditSeals1763869200000 } from './1763869200000-audit-seals.js';
import { GroupsAndRoles1763900000000 } from './1763900000000-groups-and-roles.js';
import { ClaimRules1763900100000 } from './1763900100000-claim-rules.js';
import { TrustedClients1763900200000 } from './1763900200000-trusted-clients.js';
import { SignInPolicyOfGroups1763900300000 } from './1763900300000-sign-in-policy-of-groups.js';
import { Upstreams1763910000000 } from './1763910000000-upstreams.js';
import { ClientDocuments1763930000000 } from './1763930000000-client-documents.js';
import { TokenExchange1763930100000 } from './1763930100000-token-exchange.js';
import { TrustedScopes1764000000000 } from './1764000000000-trusted-scopes.js';
import { DeletedClients1764000100000 } from './1764000100000-deleted-clients.js';
import { MappedMembers1764100100000 } from './1764100100000-mapped-members.js';
import { DirectorySync1764100000000 } from './1764100000000-directory-sync.js';
import { Scim1764050000000 } from './1764050000000-scim.js';
import { FederatedClients1764120100000 } from './1764120100000-federated-clients.js';
import { TrustedIssuers1764120000000 } from './1764120000000-trusted-issuers.js';
import { AuditCursors1764150100000 } from './1764150100000-audit-cursors.js';
import { MembershipsMadeHere1764170000000 } from './1764170000000-memberships-made-here.js';
import { Attributes1764270000000 } from './1764270000000-attributes.js';
import { TokensOfClients1764275000000 } from './1764275000000-tokens-of-clients.js';
import { UpstreamSessions1764282000000 } from './1764282000000-upstream-sessions.js';
import { BoundClients1764285000000 } from './1764285000000-bound-clients.js';
import { TokenUses1764285100000 } from './1764285100000-token-uses.js';
import { SecurityProfiles1764260000000 } from './1764260000000-security-profiles.js';
import { Jobs1764220000000 } from './1764220000000-jobs.js';
import { Organizations1764200000000 } from './1764200000000-organizations.js';
import { Signers1764240000000 } from './1764240000000-signers.js';
import { IdempotencyKeys1764150000000 } from './1764150000000-idempotency-keys.js';
import { AuthorizationDetails1764210000000 } from './1764210000000-authorization-details.js';
import { SamlAnswers1764140000000 } from './1764140000000-saml-answers.js';
import { AssertionPolicies1764250000000 } from './1764250000000-assertion-policies.js';
import { BackchannelRequests1764230000000 } from './1764230000000-backchannel-requests.js';
import { BackchannelClients1764230100000 } from './1764230100000-backchannel-clients.js';
import { OrganizationInvitations1764284000000 } from './1764284000000-organization-invitations.js';
import { OrganizationDomains1764290000000 } from './1764290000000-organization-domains.js';
import { UpstreamsOfOrganizations1764291000000 } from './1764291000000-upstreams-of-organizations.js';
import { SamlMetadata1764299100000 } from './1764299100000-saml-metadata.js';
import { StatedAttributes1764299200000 } from './1764299200000-stated-attributes.js';
import { ListsByTime1764299300000 } from './1764299300000-lists-by-time.js';
import { SingleLogout1764299000000 } from './1764299000000-single-logout.js';
import { SignInPolicyOfOrganizations1764292000000 } from './1764292000000-sign-in-policy-of-organizations.js';
import { OrganizationConsents1764296000000 } from './1764296000000-organization-consents.js';
import { WordsOfAttributes1764297000000 } from './1764297000000-words-of-attributes.js';
import { DirectoryChanges1764298000000 } from './1764298000000-directory-changes.js';

/** Every migration, in the order in which they run. TypeORM sorts them by the time at the end of the name, which this order matches. */
export const migrations = [
  Initial1763700000000,
  PushedRequests1763710000000,
  GrantResources1763711000000,
  SignedResponses1763712000000,
  Logout1763720000000,
  ClientKeys1763730000000,
  RequestObjects1763731000000,
  DynamicRegistration1763740000000,
  PairwiseSubjects1763750000000,
  Dpop1763760000000,
  RevocationFeed1763786400000,
  Refusals1763790000000,
  ReferencedRequests1763791000000,
  MutualTls1763792000000,
  OpenSessions1763800000000,
  SignedUserinfo1763801000000,
  IntrospectionResources1763802000000,
  Deliveries1763803000000,
  PendingGrants1763810000000,
  VerifiedAddresses1763812000000,
  PushedRequestArrival1763813000000,
  UnstatedScopes1763821000000,
  PasswordChanges1763822000000,
  IdTokenClaims1763823000000,
  AccessTokenForm1763824000000,
  AuthenticationMethods1763825000000,
  AuditByTime1763826000000,
  SignInAtClients1763841000000,
  KeptSessions1763842000000,
  KeptKeys1763860000000,
  Factors1763861000000,
  SealedDeliveries1763862000000,
  MailedLinks1763862100000,
  ResourceTranslations1763864000000,
  FirstSignIns1763865000000,
  AuditOfUsers1763866000000,
  ForgottenDevices1763866100000,
  AccountDeletions1763866200000,
  ClientTranslations1763866300000,
  EmailCodes1763867000000,
  SignInPolicyOfClients1763867100000,
  ClientBrand1763868000000,
  Administration1763869000000,
  AuditByGrant1763869100000,
  AuditSeals1763869200000,
  GroupsAndRoles1763900000000,
  ClaimRules1763900100000,
  TrustedClients1763900200000,
  SignInPolicyOfGroups1763900300000,
  Upstreams1763910000000,
  ClientDocuments1763930000000,
  TokenExchange1763930100000,
  TrustedScopes1764000000000,
  DeletedClients1764000100000,
  Scim1764050000000,
  DirectorySync1764100000000,
  MappedMembers1764100100000,
  TrustedIssuers1764120000000,
  FederatedClients1764120100000,
  SamlAnswers1764140000000,
  IdempotencyKeys1764150000000,
  AuditCursors1764150100000,
  MembershipsMadeHere1764170000000,
  Organizations1764200000000,
  AuthorizationDetails1764210000000,
  Jobs1764220000000,
  BackchannelRequests1764230000000,
  BackchannelClients1764230100000,
  Signers1764240000000,
  AssertionPolicies1764250000000,
  SecurityProfiles1764260000000,
  Attributes1764270000000,
  TokensOfClients1764275000000,
  UpstreamSessions1764282000000,
  OrganizationInvitations1764284000000,
  BoundClients1764285000000,
  TokenUses1764285100000,
  OrganizationDomains1764290000000,
  UpstreamsOfOrganizations1764291000000,
  SignInPolicyOfOrganizations1764292000000,
  OrganizationConsents1764296000000,
  WordsOfAttributes1764297000000,
  DirectoryChanges1764298000000,
  SingleLogout1764299000000,
  SamlMetadata1764299100000,
  StatedAttributes1764299200000,
  ListsByTime1764299300000,
] as const;
