import { BearerModule } from '@eyrie/guard';
import { Global, Module } from '@nestjs/common';
import { ActiveTokens } from './active-tokens.js';
import { InProcessVerifier } from './in-process-verifier.js';
import { ResourceCatalogue } from './resource-catalogue.js';

/** What verifies tokens in process. */
@Module({ providers: [ActiveTokens, InProcessVerifier], exports: [ActiveTokens, InProcessVerifier] })
class VerifierModule {}

/** Eyrie as its own protected resource, guarded by the same guard that other services import. */
@Global()
@Module({
  imports: [
    VerifierModule,
    BearerModule.forVerifier({ imports: [VerifierModule], useExisting: InProcessVerifier, realm: 'eyrie' }),
  ],
  providers: [ResourceCatalogue],
  exports: [VerifierModule, ResourceCatalogue],
})
export class ResourceModule {}
