import { type DynamicModule, Module } from '@nestjs/common';
import type { BearerOptions } from '../settings/bearer-options.js';
import { isObject } from '../request/members.js';
import { bearerSettings } from '../settings/bearer-settings.js';
import { check } from '../settings/checks.js';
import { guardSettings } from '../settings/guard-settings.js';
import { checkOptionNames, guardOptionNames } from '../settings/option-names.js';
import {
  type BearerModuleScope,
  checkScope,
  guardsAll,
  resourceMetadataOf,
} from '../settings/service-settings.js';
import { TokenVerifier } from '../token/token-verifier.js';
import { BearerHealth } from './bearer-health.js';
import type {
  BearerAsyncOptions,
  BearerVerifierAsyncOptions,
  BearerVerifierOptions,
  BearerVerifierSettings,
} from './bearer-module-options.js';
import { featureModule } from './feature-module.js';
import type { BearerFeatureOptions } from './feature-options.js';
import { guardModule } from './guard-module.js';
import { SETTINGS } from './injection-tokens.js';
import { issuerProviders } from './issuer-providers.js';
import { verifierProvider } from './verifier-provider.js';

const factoryNames = { imports: true, inject: true, useFactory: true } as const;
/** The realm of a service whose verifier is its own. */
const defaultRealm = 'api';

/**
 * Provides {@link BearerGuard} and the {@link TokenVerifier} that it uses. A wrong or unknown option stops the start.
 *
 * @example
 * ```ts
 * @Module({ imports: [BearerModule.forRoot({ issuer: 'https://id.example.com', audience: 'https://contacts.example.com' })] })
 * export class AppModule {}
 * ```
 */
@Module({})
export class BearerModule {
  /**
   * Verifies the tokens of one issuer or of several. The service starts without waiting for them.
   *
   * @throws {TypeError} naming the wrong option
   */
  static forRoot(options: BearerOptions & BearerModuleScope): DynamicModule {
    const { global, guardAll, resourceMetadata, ...own } = options;
    const scope = { global, guardAll, resourceMetadata };
    checkScope(scope);
    const settings = { ...bearerSettings(own), guardAll: guardsAll(scope) };
    resourceMetadataOf(scope, settings); // for its errors: thrown here, they are clearer than from Nest's injector
    const module = guardModule(scope, [{ provide: SETTINGS, useValue: settings }, ...issuerProviders]);
    return withHealth(module);
  }

  /** As {@link forRoot}, with options from a factory. A wrong option stops the start. */
  static forRootAsync(options: BearerAsyncOptions): DynamicModule {
    checkScope(options, factoryNames);
    const { useFactory, inject = [] } = options;
    const settings = {
      provide: SETTINGS,
      inject,
      useFactory: async (...dependencies: unknown[]) => {
        const { guardAll, ...own } = checkMade(await useFactory(...dependencies));
        return { guardAll: guardsAll(options, { guardAll, ...own }), ...bearerSettings(own) };
      },
    };
    return withHealth(guardModule(options, [settings, ...issuerProviders]));
  }

  /**
   * Verifies tokens with your own {@link TokenVerifier}, for example within the issuer itself.
   *
   * @throws {TypeError} naming the wrong option
   */
  static forVerifier(options: BearerVerifierOptions): DynamicModule {
    const { global, guardAll, resourceMetadata, imports, ...own } = options;
    const scope = { global, guardAll, resourceMetadata };
    checkScope(scope);
    const verifier = verifierProvider(own);
    const settings = { ...guardSettings(own, defaultRealm), guardAll: guardsAll(scope) };
    resourceMetadataOf(scope, settings);
    const module = guardModule({ ...scope, imports }, [{ provide: SETTINGS, useValue: settings }, verifier]);
    return { module: BearerModule, ...module };
  }

  /** As {@link forVerifier}, with a verifier and options from a factory. A wrong option stops the start. */
  static forVerifierAsync(options: BearerVerifierAsyncOptions): DynamicModule {
    checkScope(options, factoryNames);
    const { useFactory, inject = [] } = options;
    const module = guardModule(options, [
      {
        provide: SETTINGS,
        inject,
        useFactory: async (...dependencies: unknown[]) => {
          const { verifier, guardAll, ...own } = checkMade(await useFactory(...dependencies));
          const all = guardsAll(options, { guardAll, ...own });
          checkOptionNames('BearerModule', own, guardOptionNames);
          return { verifier, guardAll: all, ...guardSettings(own, defaultRealm) };
        },
      },
      {
        provide: TokenVerifier,
        inject: [SETTINGS],
        useFactory: ({ verifier }: BearerVerifierSettings) => verifier,
      },
    ]);
    return { module: BearerModule, ...module };
  }

  /**
   * Sets another audience, other names for scopes or another realm for the controllers, resolvers and gateways of the importing
   * module. Issuers, keys and everything else are those of `forRoot`, which the service must import too.
   *
   * @throws {TypeError} naming the wrong option; at start, if the service uses its own TokenVerifier without `narrowed()`
   * @example
   * ```ts
   * @Module({ imports: [BearerModule.forFeature({ audience: 'https://billing.example.com' })], controllers: [InvoicesController] })
   * export class BillingModule {}
   * ```
   */
  static forFeature(options: BearerFeatureOptions): DynamicModule {
    return featureModule(options);
  }
}

/** What a factory has made. @throws {TypeError} if it made nothing */
function checkMade<Made>(made: Made): Made {
  check(isObject(made), 'useFactory', 'must return the options');
  return made;
}

function withHealth(module: Omit<DynamicModule, 'module'>): DynamicModule {
  return { module: BearerModule, ...module, exports: [...(module.exports ?? []), BearerHealth] };
}
