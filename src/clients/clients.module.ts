import { Module } from '@nestjs/common';
import { ClientAuthenticator } from './authentication/client-authenticator.js';
import { ClientAssertions } from './authentication/client-assertions.js';
import { ClientSecretBasic } from './authentication/client-secret-basic.js';
import { ClientSecretJwt } from './authentication/client-secret-jwt.js';
import { ClientSecretPost } from './authentication/client-secret-post.js';
import { ClientSecretCheck } from './authentication/client-secret.js';
import { CertificateTrust } from './authentication/certificate-trust.js';
import { NoAuthentication } from './authentication/none.js';
import { PresentedCertificates } from './authentication/presented-certificates.js';
import { PrivateKeyJwt } from './authentication/private-key-jwt.js';
import { SelfSignedTlsClientAuth } from './authentication/self-signed-tls-client-auth.js';
import { TlsClientAuth } from './authentication/tls-client-auth.js';
import { ClientDirectory } from './client-directory.js';
import { ClientKeys } from './client-keys.js';
import { ClientRegistration } from './client-registration.js';
import { ClientsAdminController } from './clients.admin.controller.js';
import { ClientRules } from './client-rules.js';
import { InitialAccessTokens } from './dynamic/initial-access-tokens.js';
import { RegistrationTokensAdminController } from './dynamic/registration-tokens.admin.controller.js';
import { RemoteKeySets } from './remote-key-sets.js';
import { Subjects } from './subjects.js';

@Module({
  controllers: [ClientsAdminController, RegistrationTokensAdminController],
  providers: [
    CertificateTrust,
    ClientAssertions,
    ClientAuthenticator,
    ClientDirectory,
    ClientKeys,
    ClientRegistration,
    ClientRules,
    ClientSecretBasic,
    ClientSecretCheck,
    ClientSecretJwt,
    ClientSecretPost,
    InitialAccessTokens,
    NoAuthentication,
    PresentedCertificates,
    PrivateKeyJwt,
    RemoteKeySets,
    SelfSignedTlsClientAuth,
    Subjects,
    TlsClientAuth,
  ],
  exports: [ClientAuthenticator, ClientDirectory, ClientKeys, ClientRegistration, ClientRules, Subjects],
})
export class ClientsModule {}
