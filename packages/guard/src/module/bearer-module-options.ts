import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { BearerOptions } from '../settings/bearer-options.js';
import type { GuardOptions } from '../settings/guard-settings.js';
import type { BearerFactoryScope, BearerModuleScope } from '../settings/service-settings.js';
import type { TokenVerifier } from '../token/token-verifier.js';

/** A factory whose arguments are other providers. */
export interface BearerFactory<Made> {
  // oxlint-disable-next-line typescript/no-explicit-any -- Nest types the injected arguments of a factory so
  useFactory: (...dependencies: any[]) => Made | Promise<Made>;
  inject?: (InjectionToken | OptionalFactoryDependency)[];
}

/** The modules that the factory or the verifier needs. */
export type BearerImports = Pick<ModuleMetadata, 'imports'>;

/** The result of the factory of {@link BearerModule.forRootAsync}. */
export type BearerFactoryOptions = BearerOptions & BearerFactoryScope;

/** The options of {@link BearerModule.forRootAsync}. */
export interface BearerAsyncOptions
  extends BearerModuleScope, BearerImports, BearerFactory<BearerFactoryOptions> {}

/** The options of {@link BearerModule.forVerifier}: the verifier is an existing provider, a class or a factory. */
export type BearerVerifierOptions = BearerModuleScope &
  BearerImports &
  GuardOptions &
  (
    | { useExisting: InjectionToken<TokenVerifier> }
    | { useClass: Type<TokenVerifier> }
    | BearerFactory<TokenVerifier>
  );

/** The result of the factory of {@link BearerModule.forVerifierAsync}. */
export interface BearerVerifierSettings extends GuardOptions, BearerFactoryScope {
  verifier: TokenVerifier;
}

/** The options of {@link BearerModule.forVerifierAsync}. */
export interface BearerVerifierAsyncOptions
  extends BearerModuleScope, BearerImports, BearerFactory<BearerVerifierSettings> {}
