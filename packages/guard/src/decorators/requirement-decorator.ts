import { UseGuards } from '@nestjs/common';
import { BearerGuard } from '../protection/bearer.guard.js';
import { addRequirement, type Requirement } from '../route/requirements.js';
import { documentHandler, documentHandlers } from './swagger-security.js';

/**
 * Makes a decorator for a handler or a controller. It adds the requirement, {@link BearerGuard} (so that the route is always
 * guarded), and the security of the route in the Swagger document.
 */
export function requirementDecorator(requirement: Requirement): ClassDecorator & MethodDecorator {
  const guard = UseGuards(BearerGuard);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (typeof target === 'function' && key === undefined) {
      addRequirement(target, requirement);
      documentHandlers(target);
      guard(target);
    } else if (key !== undefined && typeof descriptor?.value === 'function') {
      const handler: object = descriptor.value;
      addRequirement(handler, requirement);
      documentHandler(target.constructor, handler);
      guard(target, key, descriptor);
    }
  };
}
