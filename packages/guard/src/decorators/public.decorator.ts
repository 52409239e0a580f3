import { markPublic } from '../route/requirements.js';
import { documentHandler, documentHandlers } from './swagger-security.js';

/**
 * Opens a handler, or every handler of a controller, to everybody: no token is asked for, and none is looked at. On a
 * handler it prevails over its class; a handler that asks for something stays guarded in a public class.
 *
 * @throws {TypeError} when the same handler or class asks for something as well
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
