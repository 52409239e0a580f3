import { BearerModule } from '@eyrie/guard';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { ActiveTokens } from './active-tokens.js';
import { AuditAdminController } from './audit.admin.controller.js';
import { ExplainAdminController } from './explain.admin.controller.js';
import { InProcessVerifier } from './in-process-verifier.js';
import { ResourceCatalogue } from './resource-catalogue.js';
import { ResourceRegistration } from './resource-registration.js';
import { ResourcesAdminController } from './resources.admin.controller.js';

/** What verifies tokens in process. */
@Module({ providers: [ActiveTokens, InProcessVerifier], exports: [ActiveTokens, InProcessVerifier] })
class VerifierModule {}

/** Eyrie as its own protected resource, guarded by the same guard that other services import. */
@Global()
@Module({
  imports: [VerifierModule],
  controllers: [AuditAdminController, ExplainAdminController, ResourcesAdminController],
  providers: [ResourceCatalogue, ResourceRegistration],
  exports: [VerifierModule, ResourceCatalogue, ResourceRegistration],
})
export class ResourceModule {
  static for({ mtls, trustedProxies }: Settings): DynamicModule {
    const guard = BearerModule.forVerifier({
      imports: [VerifierModule],
      useExisting: InProcessVerifier,
      realm: 'eyrie',
      ...(mtls?.header === undefined ? {} : { mtls: { header: mtls.header, trustedProxies } }),
    });
    return { module: ResourceModule, imports: [guard] };
  }
}
