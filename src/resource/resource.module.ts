import { BearerModule } from '@eyrie/guard';
import { Global, Module } from '@nestjs/common';
import { AuthorizationDetails } from './authorization-details/authorization-details.js';
import { DetailDescriptions } from './authorization-details/detail-descriptions.js';
import { DetailTypeRegistration } from './authorization-details/detail-type-registration.js';
import { DetailTypesAdminController } from './authorization-details/detail-types.admin.controller.js';
import { DetailTypes } from './authorization-details/detail-types.js';
import { ActiveTokens } from './active-tokens.js';
import { Foresight } from './foresight.js';
import { ForesightInterceptor } from './foresight.interceptor.js';
import { GuardSettings } from './guard-settings.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { InProcessVerifier } from './in-process-verifier.js';
import { OwnerVerifier } from './owner-verifier.js';
import { RefusedCalls } from './refused-calls.js';
import { RepeatableRequests } from './repeatable-requests.js';
import { ResourceCatalogue } from './resource-catalogue.js';
import { ResourceRegistration } from './resource-registration.js';
import { ScimTokenVerifier } from './scim-token-verifier.js';
import { ResourcesAdminController } from './resources.admin.controller.js';

/** The verifiers of tokens in process. */
@Module({
  providers: [ActiveTokens, GuardSettings, InProcessVerifier, OwnerVerifier, ScimTokenVerifier],
  exports: [ActiveTokens, GuardSettings, InProcessVerifier, OwnerVerifier],
})
class VerifierModule {}

/** Eyrie as its own protected resource, with the guard that other services import. */
@Global()
@Module({
  imports: [
    VerifierModule,
    BearerModule.forVerifierAsync({
      imports: [VerifierModule],
      inject: [GuardSettings],
      useFactory: (settings: GuardSettings) => settings.create(),
    }),
  ],
  controllers: [ResourcesAdminController, DetailTypesAdminController],
  providers: [
    AuthorizationDetails,
    DetailDescriptions,
    DetailTypeRegistration,
    DetailTypes,
    Foresight,
    ForesightInterceptor,
    IdempotencyInterceptor,
    RefusedCalls,
    RepeatableRequests,
    ResourceCatalogue,
    ResourceRegistration,
  ],
  exports: [
    VerifierModule,
    AuthorizationDetails,
    DetailDescriptions,
    DetailTypeRegistration,
    DetailTypes,
    Foresight,
    RefusedCalls,
    RepeatableRequests,
    ResourceCatalogue,
    ResourceRegistration,
  ],
})
export class ResourceModule {}
