import { markAccess } from '../route/requirements.js';
import { routeDecorator } from './route-decorator.js';

/**
 * Accepts every request to a handler, or to every handler of a controller. A token is ignored. On a handler it overrides the
 * requirements of its class. A handler with requirements stays guarded in a public class.
 *
 * @throws {TypeError} if the same handler or class also has requirements, or is `@OptionalBearer()`
 */
export function Public(): ClassDecorator & MethodDecorator {
  return routeDecorator((target) => markAccess(target, 'public'));
}
