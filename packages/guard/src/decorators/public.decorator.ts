import { markPublic } from '../route/requirements.js';
import { documentHandler, documentHandlers } from './swagger-security.js';

/**
 * Accepts every request to a handler, or to every handler of a controller. A token is ignored. On a handler it overrides the
 * requirements of its class. A handler with requirements stays guarded in a public class.
 *
 * @throws {TypeError} if the same handler or class also has requirements
 */
export function Public(): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (typeof target === 'function' && key === undefined) {
      markPublic(target);
      documentHandlers(target);
    } else if (key !== undefined && typeof descriptor?.value === 'function') {
      markPublic(descriptor.value);
      documentHandler(target.constructor, descriptor.value);
    }
  };
}
