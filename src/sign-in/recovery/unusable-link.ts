import type { FastifyReply } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { pageHeaders } from '../../http/headers.js';
import type { FoundLink } from '../../mail/mailed-links.js';
import { readableWait } from '../../views/readable.js';
import type { Views } from '../../views/views.js';

/** Says that a mailed link does nothing any more: used, too old, unknown, or made before the account was changed. */
export function showUnusableLink(
  found: Exclude<FoundLink, { kind: 'usable' }>,
  views: Views,
  reply: FastifyReply,
): void {
  pageHeaders(reply);
  if (found.kind === 'throttled') {
    const { retryAfterSeconds } = found;
    reply.status(429).header('retry-after', String(retryAfterSeconds));
    reply.send(
      views.render('message', {
        title: 'Too many links',
        text: `There were too many links that cannot be used. You can try again in ${readableWait(retryAfterSeconds)}.`,
      }),
    );
    return;
  }
  reply.status(410).send(
    views.render('message', {
      title: 'This link cannot be used any more',
      text: 'It was used already, it is too old, or the account was changed since. Ask for another one.',
      links: [{ href: endpoints.signIn, label: 'Go to the sign-in page' }],
    }),
  );
}
