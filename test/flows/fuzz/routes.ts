import type { FastifyInstance } from 'fastify';
import type { TestServer } from '../../support/server.js';

export interface Route {
  readonly method: string;
  /** `{name}` stands for a parameter, as in the OpenAPI document. */
  readonly path: string;
}

/** Every route that the server has, read from what its router prints of itself; HEAD goes with GET. */
export function routesOf(server: TestServer): Route[] {
  const router: FastifyInstance = server.app.getHttpAdapter().getInstance();
  const tree = router.printRoutes({ commonPrefix: false });
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, branch = '', part = '', methods = ''] = /^([\s│├└─]*)(\S.*?) \((.*)\)$/.exec(line) ?? [];
    if (part === '') return [];
    const depth = branch.length / 4;
    parents.length = depth;
    parents[depth] = part;
    // The outermost part is the slash that all paths begin with.
    const path = parents
      .join('')
      .replace(/:(\w+)/g, '{$1}')
      .replace('*', '{file}');
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => ({ method, path }));
  });
}
