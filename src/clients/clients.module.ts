import { Module } from '@nestjs/common';
import { ClientAuthenticator } from './authentication/client-authenticator.js';
import { ClientSecretBasic } from './authentication/client-secret-basic.js';
import { ClientSecretPost } from './authentication/client-secret-post.js';
import { ClientSecretCheck } from './authentication/client-secret.js';
import { NoAuthentication } from './authentication/none.js';
import { ClientDirectory } from './client-directory.js';
import { ClientRegistration } from './client-registration.js';
import { ClientsAdminController } from './clients.admin.controller.js';

@Module({
  controllers: [ClientsAdminController],
  providers: [
    ClientAuthenticator,
    ClientDirectory,
    ClientRegistration,
    ClientSecretBasic,
    ClientSecretCheck,
    ClientSecretPost,
    NoAuthentication,
  ],
  exports: [ClientAuthenticator, ClientDirectory, ClientRegistration],
})
export class ClientsModule {}
