import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients.module.js';
import { RegistrationAccess } from './registration-access.js';
import { RegistrationRequests } from './registration-request.js';
import { RegistrationThrottle } from './registration-throttle.js';
import { RegistrationController } from './registration.controller.js';
import { SelfRegistration } from './self-registration.js';

/** The registration endpoint; part of the application only where the settings turn it on. */
@Module({
  imports: [ClientsModule],
  controllers: [RegistrationController],
  providers: [RegistrationAccess, RegistrationRequests, RegistrationThrottle, SelfRegistration],
})
export class DynamicRegistrationModule {}
