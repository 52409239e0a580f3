import {
  type DynamicModule,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Provider,
  type Type,
} from '@nestjs/common';
import { Refusals } from './bearer-error.js';
import { BearerGuard } from './bearer.guard.js';
import { type BearerOptions, type BearerSettings, bearerSettings } from './bearer-options.js';
import { IssuerVerifier } from './issuer/issuer-verifier.js';
import { TokenVerifier } from './token-verifier.js';

/** What every way of importing {@link BearerModule} takes. */
export interface BearerModuleScope {
  /** Whether the guard can be used without importing the module again. Default: true. */
  global?: boolean;
}

export interface BearerAsyncOptions extends BearerModuleScope, Pick<ModuleMetadata, 'imports'> {
  // oxlint-disable-next-line typescript/no-explicit-any -- Nest types the injected arguments of a factory so
  useFactory: (...dependencies: any[]) => BearerOptions | Promise<BearerOptions>;
  inject?: (InjectionToken | OptionalFactoryDependency)[];
}

interface VerifierScope extends BearerModuleScope, Pick<ModuleMetadata, 'imports'> {
  /** Named in challenges. Default: `api`. */
  realm?: string;
}

/** Where the verifier comes from: one of Nest's three ways. */
export type BearerVerifierOptions = VerifierScope &
  (
    | { useExisting: InjectionToken<TokenVerifier> }
    | { useClass: Type<TokenVerifier> }
    | {
        // oxlint-disable-next-line typescript/no-explicit-any -- as above
        useFactory: (...dependencies: any[]) => TokenVerifier | Promise<TokenVerifier>;
        inject?: (InjectionToken | OptionalFactoryDependency)[];
      }
  );

const SETTINGS = Symbol('@eyrie/guard:settings');

/**
 * Gives a service {@link BearerGuard} and the {@link TokenVerifier} behind it.
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
   * Verifies the tokens of an issuer. The issuer is asked at the first token, not at start.
   *
   * @throws {TypeError} naming the option that is wrong
   */
  static forRoot({ global, ...options }: BearerOptions & BearerModuleScope): DynamicModule {
    return issuerModule({ global }, { provide: SETTINGS, useValue: bearerSettings(options) });
  }

  /** As {@link forRoot}, with options that other providers make. A wrong option stops the start. */
  static forRootAsync({ useFactory, inject = [], ...scope }: BearerAsyncOptions): DynamicModule {
    return issuerModule(scope, {
      provide: SETTINGS,
      inject,
      useFactory: async (...dependencies: unknown[]) => bearerSettings(await useFactory(...dependencies)),
    });
  }

  /** Verifies by a {@link TokenVerifier} of the service's own, for instance within the issuer itself. */
  static forVerifier({ global, imports, realm = 'api', ...verifier }: BearerVerifierOptions): DynamicModule {
    return guardModule({ global, imports }, [
      { provide: TokenVerifier, ...verifier },
      { provide: Refusals, useValue: new Refusals(realm) },
    ]);
  }
}

function issuerModule(scope: Omit<VerifierScope, 'realm'>, settings: Provider): DynamicModule {
  return guardModule(scope, [
    settings,
    {
      provide: TokenVerifier,
      inject: [SETTINGS],
      useFactory: (known: BearerSettings) => new IssuerVerifier(known),
    },
    { provide: Refusals, inject: [SETTINGS], useFactory: ({ refusals }: BearerSettings) => refusals },
  ]);
}

function guardModule(
  { global = true, imports = [] }: Omit<VerifierScope, 'realm'>,
  providers: Provider[],
): DynamicModule {
  return {
    module: BearerModule,
    global,
    imports,
    providers: [...providers, BearerGuard],
    exports: [BearerGuard, TokenVerifier, Refusals],
  };
}
