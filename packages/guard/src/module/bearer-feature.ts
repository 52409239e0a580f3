import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Protection, ProtectionParts } from '../protection/protection.js';

/**
 * Sets the protection of the controllers, resolvers and gateways in every module that imports a feature. It applies to their own
 * guards and to the service-wide guard.
 */
export class BearerFeature {
  /**
   * @param feature the module class of the feature, which identifies the modules that import it
   */
  constructor(modules: ModulesContainer, feature: Type, protection: Protection, parts: ProtectionParts) {
    for (const module of modules.values()) {
      const imports = [...module.imports].some((imported) => imported.metatype === feature);
      if (!imports) continue;
      // Resolvers and gateways are providers. Other providers are never looked up.
      for (const { metatype } of [...module.controllers.values(), ...module.providers.values()]) {
        if (typeof metatype === 'function') protection.set(metatype, parts);
      }
    }
  }
}
