import {
  type DynamicModule,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { BearerFeature } from './bearer-feature.js';
import { BearerHealth } from './bearer-health.js';
import type { BearerOptions } from '../settings/bearer-options.js';
import { BearerGuard } from '../protection/bearer.guard.js';
import { IssuerVerifier } from '../issuer/issuer-verifier.js';
import { IssuersVerifier } from '../issuer/issuers-verifier.js';
import type { PossessionSettings } from '../proof/possession.js';
import { type BearerFeatureOptions, ownParts, protectionParts } from './protection-parts.js';
import { Protection } from '../protection/protection.js';
import { RESOURCE_METADATA, ResourceMetadataController } from './resource-metadata.controller.js';
import {
  describeResource,
  type KnownResource,
  type ResourceMetadata,
  type ResourceMetadataOptions,
} from '../settings/resource-metadata.js';
import { type BearerSettings, bearerSettings } from '../settings/bearer-settings.js';
import { type PossessionOptions, possessionSettings } from '../settings/possession-settings.js';
import { type RefusalOptions, refusalSettings } from '../settings/refusal-settings.js';
import { TokenVerifier } from '../token/token-verifier.js';
import { WarmUp } from './warm-up.js';

/** Options of every method of {@link BearerModule} except `forFeature`. */
export interface BearerModuleScope {
  /** Whether the guard can be used without importing the module again. Default: true. */
  global?: boolean;
  /** Guards every route of the service except those with `@Public()`. Default: false. */
  guardAll?: boolean;
  /** Serves the metadata of this protected resource (RFC 9728), and adds its URL to challenges. Default: false. */
  resourceMetadata?: boolean | ResourceMetadataOptions;
}

/** A factory whose arguments are other providers. */
export interface BearerFactory<Made> {
  // oxlint-disable-next-line typescript/no-explicit-any -- Nest types the injected arguments of a factory so
  useFactory: (...dependencies: any[]) => Made | Promise<Made>;
  inject?: (InjectionToken | OptionalFactoryDependency)[];
}

export interface BearerAsyncOptions
  extends BearerModuleScope, Pick<ModuleMetadata, 'imports'>, BearerFactory<BearerOptions> {}

/** The verifier, as an existing provider, a class or a factory. */
export type BearerVerifierOptions = BearerModuleScope &
  Pick<ModuleMetadata, 'imports'> &
  RefusalOptions &
  PossessionOptions &
  (
    | { useExisting: InjectionToken<TokenVerifier> }
    | { useClass: Type<TokenVerifier> }
    | BearerFactory<TokenVerifier>
  );

/** The result of the factory of {@link BearerModule.forVerifierAsync}. */
export interface BearerVerifierSettings extends RefusalOptions, PossessionOptions {
  verifier: TokenVerifier;
}

export interface BearerVerifierAsyncOptions
  extends BearerModuleScope, Pick<ModuleMetadata, 'imports'>, BearerFactory<BearerVerifierSettings> {}

/** The injection token of the checked options. */
export const SETTINGS = Symbol('@eyrie/guard:settings');
const ISSUER_VERIFIERS = Symbol('@eyrie/guard:issuer-verifiers');

/**
 * Provides {@link BearerGuard} and the {@link TokenVerifier} that it uses.
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
  static forRoot({
    global,
    guardAll,
    resourceMetadata,
    ...options
  }: BearerOptions & BearerModuleScope): DynamicModule {
    const settings = bearerSettings(options);
    metadataOf(resourceMetadata, knownOf(settings)); // for its errors: thrown here, they are clearer than from Nest's injector
    return issuerModule({ global, guardAll, resourceMetadata }, { provide: SETTINGS, useValue: settings });
  }

  /** As {@link forRoot}, with options from a factory. A wrong option stops the start. */
  static forRootAsync({ useFactory, inject = [], ...scope }: BearerAsyncOptions): DynamicModule {
    return issuerModule(scope, {
      provide: SETTINGS,
      inject,
      useFactory: async (...dependencies: unknown[]) => bearerSettings(await useFactory(...dependencies)),
    });
  }

  /** Verifies tokens with your own {@link TokenVerifier}, for example within the issuer itself. */
  static forVerifier(options: BearerVerifierOptions): DynamicModule {
    const { global, guardAll, resourceMetadata, imports, ...own } = options;
    const { realm, logRefusals, explain, exceptions, now, dpop, mtls, origin, ...verifier } = own;
    const settings = verifierSettings({ realm, logRefusals, explain, exceptions, now, dpop, mtls, origin });
    return verifierModule({ global, guardAll, resourceMetadata, imports }, [
      { provide: SETTINGS, useValue: settings },
      { provide: TokenVerifier, ...verifier },
    ]);
  }

  /** As {@link forVerifier}, with a verifier and options from a factory. A wrong option stops the start. */
  static forVerifierAsync({ useFactory, inject = [], ...scope }: BearerVerifierAsyncOptions): DynamicModule {
    return verifierModule(scope, [
      {
        provide: SETTINGS,
        inject,
        useFactory: async (...dependencies: unknown[]) => {
          const { verifier, ...options } = await useFactory(...dependencies);
          return { verifier, ...verifierSettings(options) };
        },
      },
      {
        provide: TokenVerifier,
        inject: [SETTINGS],
        useFactory: (known: BearerVerifierSettings) => known.verifier,
      },
    ]);
  }

  /**
   * Sets another audience, other names for scopes or another realm for the controllers, resolvers and gateways of the importing
   * module. Issuers, keys and everything else are those of `forRoot`, which the service must import too.
   *
   * @throws {TypeError} at start, if the service uses its own TokenVerifier without `narrowed()`
   * @example
   * ```ts
   * @Module({ imports: [BearerModule.forFeature({ audience: 'https://billing.example.com' })], controllers: [InvoicesController] })
   * export class BillingModule {}
   * ```
   */
  static forFeature({ imports, useExisting, ...own }: BearerFeatureOptions): DynamicModule {
    // Each feature has its own module class, which identifies the modules that import it.
    class BearerFeatureModule {}
    Module({})(BearerFeatureModule);
    return {
      module: BearerFeatureModule,
      imports,
      providers: [
        {
          provide: BearerFeature,
          inject: [ModulesContainer, Protection, ...(useExisting === undefined ? [] : [useExisting])],
          useFactory: (modules: ModulesContainer, protection: Protection, verifier?: TokenVerifier) => {
            const parts = ownParts(protection.parts, own, verifier);
            return new BearerFeature(modules, BearerFeatureModule, protection, parts);
          },
        },
      ],
    };
  }
}

function issuerModule(
  scope: BearerModuleScope & Pick<ModuleMetadata, 'imports'>,
  settings: Provider,
): DynamicModule {
  const ofVerifiers = <T>(provide: Type<T>, useFactory: (verifiers: IssuerVerifier[]) => T): Provider => ({
    provide,
    inject: [ISSUER_VERIFIERS],
    useFactory,
  });
  const module = guardModule(scope, [
    settings,
    {
      provide: ISSUER_VERIFIERS,
      inject: [SETTINGS],
      useFactory: ({ issuers }: BearerSettings) => issuers.map((issuer) => new IssuerVerifier(issuer)),
    },
    {
      provide: TokenVerifier,
      inject: [ISSUER_VERIFIERS],
      useFactory: ([first, ...others]: [IssuerVerifier, ...IssuerVerifier[]]) =>
        others.length === 0 ? first : new IssuersVerifier([first, ...others]),
    },
    {
      provide: RESOURCE_METADATA,
      inject: [SETTINGS],
      useFactory: (known: BearerSettings) => metadataOf(scope.resourceMetadata, knownOf(known)),
    },
    PROTECTION,
    ofVerifiers(BearerHealth, (verifiers) => new BearerHealth(verifiers)),
    ofVerifiers(WarmUp, (verifiers) => new WarmUp(verifiers)),
  ]);
  return { ...module, exports: [...(module.exports ?? []), BearerHealth] };
}

/** The options of a service with its own verifier: checked, with every default filled in. */
type VerifierSettings = Pick<BearerSettings, 'refusal' | 'possession'>;

function verifierSettings(options: RefusalOptions & PossessionOptions): VerifierSettings {
  return { refusal: refusalSettings(options, 'api'), possession: possessionSettings(options) };
}

function verifierModule(
  scope: BearerModuleScope & Pick<ModuleMetadata, 'imports'>,
  providers: Provider[],
): DynamicModule {
  return guardModule(scope, [
    ...providers,
    {
      provide: RESOURCE_METADATA,
      inject: [SETTINGS],
      useFactory: ({ possession }: VerifierSettings) => {
        const members = possessionMembers(possession);
        return metadataOf(scope.resourceMetadata, { audience: undefined, issuers: [], members });
      },
    },
    PROTECTION,
  ]);
}

/** The protection of the service, made of its verifier and its checked options. */
const PROTECTION: Provider = {
  provide: Protection,
  inject: [TokenVerifier, SETTINGS, RESOURCE_METADATA],
  useFactory: (
    verifier: TokenVerifier,
    { refusal, possession }: VerifierSettings,
    metadata: ResourceMetadata | null,
  ) => new Protection(protectionParts(verifier, refusal, possession, metadata)),
};

function guardModule(
  {
    global = true,
    guardAll = false,
    resourceMetadata = false,
    imports = [],
  }: BearerModuleScope & Pick<ModuleMetadata, 'imports'>,
  providers: Provider[],
): DynamicModule {
  return {
    module: BearerModule,
    global,
    imports,
    controllers: resourceMetadata === false ? [] : [ResourceMetadataController],
    providers: [
      ...providers,
      BearerGuard,
      ...(guardAll ? [{ provide: APP_GUARD, useExisting: BearerGuard }] : []),
    ],
    exports: [BearerGuard, TokenVerifier, Protection],
  };
}

function knownOf({ audience, issuers, possession }: BearerSettings): KnownResource {
  return { audience, issuers: issuers.map(({ issuer }) => issuer), members: possessionMembers(possession) };
}

/** The members about DPoP in the metadata of the resource (RFC 9728 §2). */
function possessionMembers({ offered, required, algorithms }: PossessionSettings): Record<string, unknown> {
  if (offered === 'no') return {};
  return { dpop_signing_alg_values_supported: algorithms, dpop_bound_access_tokens_required: required };
}

function metadataOf(
  option: boolean | ResourceMetadataOptions | undefined,
  known: KnownResource,
): ResourceMetadata | null {
  if (option === undefined || option === false) return null;
  return describeResource(option === true ? {} : option, known);
}
