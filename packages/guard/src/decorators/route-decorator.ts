import { UseGuards } from '@nestjs/common';
import { BearerGuard } from '../protection/bearer.guard.js';
import { addRequirement, type Requirement } from '../route/requirements.js';
import { documentHandler, documentHandlers } from './swagger-security.js';

/**
 * Makes a decorator for a handler or a controller. It also documents the security of the route in the Swagger document.
 *
 * @param mark says what is so about the class or the handler
 */
export function routeDecorator(mark: (target: object) => void): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (typeof target === 'function' && key === undefined) {
      mark(target);
      documentHandlers(target);
    } else if (key !== undefined && typeof descriptor?.value === 'function') {
      mark(descriptor.value);
      documentHandler(target.constructor, descriptor.value);
    }
  };
}

/** As {@link routeDecorator}, and adds {@link BearerGuard}, so that the route is always guarded. */
export function guardedRouteDecorator(mark: (target: object) => void): ClassDecorator & MethodDecorator {
  const route = routeDecorator(mark);
  const guard = UseGuards(BearerGuard);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    for (const decorate of [route, guard]) {
      if (key === undefined) decorate(target as NewableFunction);
      else if (descriptor !== undefined) decorate(target, key, descriptor);
    }
  };
}

/** Makes a decorator that adds a requirement for the token. */
export function requirementDecorator(requirement: Requirement): ClassDecorator & MethodDecorator {
  return guardedRouteDecorator((target) => addRequirement(target, requirement));
}
