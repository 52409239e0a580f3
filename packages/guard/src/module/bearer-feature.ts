import type { Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Protection, ProtectionParts } from '../protection/protection.js';

/**
 * Gives the controllers, resolvers and gateways of every module that imports a feature a protection of their own, so that
 * it holds whichever guard meets them: one of their own or the one of the whole service.
 */
export class BearerFeature {
  /**
   * @param feature the feature's own module class, by which those that import it are known
   */
  constructor(modules: ModulesContainer, feature: Type, protection: Protection, parts: ProtectionParts) {
    for (const module of modules.values()) {
      const imports = [...module.imports].some((imported) => imported.metatype === feature);
      if (!imports) continue;
      // Resolvers and gateways are providers; others are never asked for.
      for (const { metatype } of [...module.controllers.values(), ...module.providers.values()]) {
        if (typeof metatype === 'function') protection.set(metatype, parts);
      }
    }
  }
}
