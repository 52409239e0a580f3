import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Protection } from '../protection/protection.js';
import type { TokenVerifier } from '../token/token-verifier.js';
import { type BearerFeatureOptions, checkFeature } from './feature-options.js';
import { FEATURE } from './injection-tokens.js';
import { ownParts } from './protection-parts.js';

/**
 * The module of a feature. It sets the protection of the controllers, resolvers and gateways in every module that imports it, for
 * guards of their own and for that of the service.
 *
 * @throws {TypeError} naming the wrong option
 */
export function featureModule(options: BearerFeatureOptions): DynamicModule {
  checkFeature(options);
  const { imports = [], useExisting, ...own } = options;
  // Each feature has its own module class, which identifies the modules that import it.
  class BearerFeatureModule {}
  Module({})(BearerFeatureModule);
  return {
    module: BearerFeatureModule,
    imports,
    providers: [
      {
        provide: FEATURE,
        inject: [ModulesContainer, Protection, ...(useExisting === undefined ? [] : [useExisting])],
        useFactory: (modules: ModulesContainer, protection: Protection, verifier?: TokenVerifier) => {
          const parts = ownParts(protection.parts, own, verifier);
          for (const one of classesImporting(modules, BearerFeatureModule)) protection.set(one, parts);
          return parts;
        },
      },
    ],
  };
}

/** The controllers and providers of the modules that import a module. Resolvers and gateways are providers. */
function classesImporting(modules: ModulesContainer, imported: Type): object[] {
  return [...modules.values()]
    .filter(({ imports }) => [...imports].some(({ metatype }) => metatype === imported))
    .flatMap(({ controllers, providers }) => [...controllers.values(), ...providers.values()])
    .flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype] : []));
}
