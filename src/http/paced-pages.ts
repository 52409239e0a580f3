import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { BusyError } from '../crypto/busy-error.js';
import { isPage } from './endpoint-kinds.js';

/** Requests for pages that begin in one turn of the event loop. */
const beginningsPerTurn = 2;
/** Requests that wait for their turn: a few seconds of work. */
const maxWaiting = 2_000;
const retryAfterSeconds = 5;

/**
 * Spreads requests for pages over the turns of the event loop. When a crowd comes at once, a request of a client does not wait until all of
 * its pages are made. Whoever has gone meanwhile is forgotten, and beyond the end of the line the answer is 503.
 */
export function pacePages(server: FastifyInstance): void {
  const pace = pacing();
  server.addHook('onRoute', (route) => {
    if (isPage(route.url)) route.onRequest = [pace, ...[route.onRequest ?? []].flat()];
  });
}

interface Waiting {
  readonly socket: Pick<Socket, 'destroyed'>;
  readonly begin: () => void;
}

function pacing(): onRequestHookHandler {
  const waiting: Waiting[] = [];
  let begun = 0;
  const nextTurn = (): void => {
    const beginning: Waiting[] = [];
    while (waiting.length > 0 && beginning.length < beginningsPerTurn) {
      const next = waiting.shift();
      if (next && !next.socket.destroyed) beginning.push(next);
    }
    begun = beginning.length;
    if (begun > 0) setImmediate(nextTurn);
    for (const { begin } of beginning) begin();
  };
  return ({ raw: { socket } }, _reply, done) => {
    if (begun === 0) setImmediate(nextTurn);
    if (begun < beginningsPerTurn) {
      begun += 1;
      done();
    } else if (waiting.length < maxWaiting)
      // It goes on in its own context, that of its trace.
      waiting.push({ socket, begin: AsyncResource.bind(() => done()) });
    else done(new BusyError(retryAfterSeconds));
  };
}
