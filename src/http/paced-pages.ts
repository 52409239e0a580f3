import { AsyncResource } from 'node:async_hooks';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { isPage } from './endpoint-kinds.js';

/** Requests for pages that begin in one turn of the event loop. */
const beginningsPerTurn = 2;

/**
 * Spreads requests for pages over the turns of the event loop. When a crowd comes at once, a request of a client does not wait until all of
 * its pages are made.
 */
export function pacePages(server: FastifyInstance): void {
  const pace = pacing();
  server.addHook('onRoute', (route) => {
    if (isPage(route.url)) route.onRequest = [pace, ...[route.onRequest ?? []].flat()];
  });
}

function pacing(): onRequestHookHandler {
  const waiting: (() => void)[] = [];
  let begun = 0;
  const nextTurn = (): void => {
    const beginning = waiting.splice(0, beginningsPerTurn);
    begun = beginning.length;
    if (begun > 0) setImmediate(nextTurn);
    for (const begin of beginning) begin();
  };
  return (_request, _reply, done) => {
    if (begun === 0) setImmediate(nextTurn);
    if (begun < beginningsPerTurn) {
      begun += 1;
      done();
      // It goes on in its own context, that of its trace.
    } else waiting.push(AsyncResource.bind(() => done()));
  };
}
