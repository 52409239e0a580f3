import { Module } from '@nestjs/common';
import { AssertionPoliciesAdminController } from './assertion-policies/assertion-policies.admin.controller.js';
import { AssertionPolicyRegistration } from './assertion-policies/assertion-policy-registration.js';
import { ClientAuthenticator } from './authentication/client-authenticator.js';
import { ClientAssertions } from './authentication/client-assertions.js';
import { ClientSecretCheck } from './authentication/client-secret.js';
import { CertificateTrust } from './authentication/certificate-trust.js';
import { AuthenticationMethods, authenticationMethodProviders } from './authentication/methods.js';
import { PresentedCertificates } from './authentication/presented-certificates.js';
import { AuthenticationFailures } from './authentication/authentication-failures.js';
import { FederatedAssertions } from './authentication/federated-assertions.js';
import { SecretGuesses } from './authentication/secret-guesses.js';
import { ClientDirectory } from './client-directory.js';
import { ClientKeys } from './client-keys.js';
import { ClientManagers } from './client-managers.js';
import { ClientManagersAdminController } from './client-managers.admin.controller.js';
import { ClientProtection } from './client-protection.guard.js';
import { ClientReach } from './client-reach.js';
import { ClientRegistration } from './client-registration.js';
import { ClientSecrets } from './client-secrets.js';
import { ClientsAdminController } from './clients.admin.controller.js';
import { ClientRules } from './client-rules.js';
import { ClientDiscovery } from './documents/client-discovery.js';
import { ClientDocuments } from './documents/client-documents.js';
import { DescribedClients } from './documents/described-clients.js';
import { DocumentReader } from './documents/document-reader.js';
import { InitialAccessTokens } from './dynamic/initial-access-tokens.js';
import { RegistrationTokensAdminController } from './dynamic/registration-tokens.admin.controller.js';
import { MetadataAdmission } from './metadata-admission.js';
import { RegistrableScopes } from './registrable-scopes.js';
import { RemoteKeySets } from './remote-key-sets.js';
import { BearerAssertions } from './trusted-issuers/bearer-assertions.js';
import { TrustedIssuerRegistration } from './trusted-issuers/trusted-issuer-registration.js';
import { TrustedIssuers } from './trusted-issuers/trusted-issuers.js';
import { TrustedIssuersAdminController } from './trusted-issuers/trusted-issuers.admin.controller.js';
import { UnlimitedRights } from './unlimited-rights.guard.js';
import { Subjects } from './subjects.js';
import { ViewsModule } from '../views/views.module.js';

@Module({
  imports: [ViewsModule],
  controllers: [
    ClientsAdminController,
    ClientManagersAdminController,
    RegistrationTokensAdminController,
    TrustedIssuersAdminController,
    AssertionPoliciesAdminController,
  ],
  providers: [
    ...authenticationMethodProviders,
    AssertionPolicyRegistration,
    AuthenticationMethods,
    BearerAssertions,
    CertificateTrust,
    ClientAssertions,
    ClientAuthenticator,
    ClientDirectory,
    ClientDiscovery,
    ClientDocuments,
    ClientKeys,
    ClientManagers,
    ClientProtection,
    ClientReach,
    ClientRegistration,
    ClientRules,
    ClientSecretCheck,
    ClientSecrets,
    DescribedClients,
    DocumentReader,
    FederatedAssertions,
    MetadataAdmission,
    InitialAccessTokens,
    PresentedCertificates,
    RegistrableScopes,
    RemoteKeySets,
    AuthenticationFailures,
    SecretGuesses,
    Subjects,
    TrustedIssuerRegistration,
    TrustedIssuers,
    UnlimitedRights,
  ],
  exports: [
    AssertionPolicyRegistration,
    AuthenticationMethods,
    BearerAssertions,
    ClientAuthenticator,
    ClientDirectory,
    ClientDiscovery,
    ClientKeys,
    ClientRegistration,
    ClientRules,
    ClientSecrets,
    DescribedClients,
    RegistrableScopes,
    RemoteKeySets,
    Subjects,
    TrustedIssuerRegistration,
    TrustedIssuers,
  ],
})
export class ClientsModule {}
