import type { DynamicModule, Provider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { BearerGuard } from '../protection/bearer.guard.js';
import { Protection } from '../protection/protection.js';
import type { ResourceMetadata } from '../settings/resource-metadata.js';
import {
  type BearerModuleScope,
  resourceMetadataOf,
  type ServiceSettings,
} from '../settings/service-settings.js';
import { TokenVerifier } from '../token/token-verifier.js';
import type { BearerImports } from './bearer-module-options.js';
import { keepHandshakes } from './gateway-handshakes.js';
import { HANDSHAKES, RESOURCE_METADATA, SERVICE_GUARD, SETTINGS } from './injection-tokens.js';
import { protectionParts } from './protection-parts.js';
import { ResourceMetadataController } from './resource-metadata.controller.js';

/**
 * What the module has for every verifier: the protection of the service and its guard.
 *
 * @param providers of the settings and the verifier
 */
export function guardModule(
  { global = true, imports = [], resourceMetadata = false }: BearerModuleScope & BearerImports,
  providers: Provider[],
): Omit<DynamicModule, 'module'> {
  return {
    global,
    imports,
    controllers: resourceMetadata === false ? [] : [ResourceMetadataController],
    providers: [
      ...providers,
      {
        provide: RESOURCE_METADATA,
        inject: [SETTINGS],
        useFactory: (settings: ServiceSettings) => resourceMetadataOf({ resourceMetadata }, settings),
      },
      protection,
      BearerGuard,
      serviceGuard,
      { provide: HANDSHAKES, inject: [ModulesContainer], useFactory: keepHandshakes },
    ],
    exports: [BearerGuard, TokenVerifier, Protection],
  };
}

/** Made of the verifier and the checked options. */
const protection: Provider = {
  provide: Protection,
  inject: [TokenVerifier, SETTINGS, RESOURCE_METADATA],
  useFactory: (verifier: TokenVerifier, settings: ServiceSettings, metadata: ResourceMetadata | null) =>
    new Protection(protectionParts(verifier, settings, metadata)),
};

/**
 * Adds the guard of the whole service. Nest adds those of APP_GUARD when all providers have been made, so this one is the first: a
 * roles guard or a throttler of the service sees the token.
 */
const serviceGuard: Provider = {
  provide: SERVICE_GUARD,
  inject: [SETTINGS, BearerGuard, ApplicationConfig],
  useFactory: ({ guardAll }: ServiceSettings, guard: BearerGuard, config: ApplicationConfig) => {
    if (!guardAll) return null;
    config.addGlobalGuard(guard);
    return guard;
  },
};
