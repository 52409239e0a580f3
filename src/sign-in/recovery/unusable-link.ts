import type { FastifyReply } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { message } from '../../locales/message.js';
import { pageHeaders } from '../../http/headers.js';
import type { FoundLink } from '../../mail/mailed-links.js';
import { waitMessage } from '../../views/readable.js';
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
      views.render(
        'message',
        {
          title: message('mailed.tooManyLinks'),
          text: message('mailed.tooManyUnusable', { wait: waitMessage(retryAfterSeconds) }),
        },
        reply,
      ),
    );
    return;
  }
  reply.status(410).send(
    views.render(
      'message',
      {
        title: message('mailed.unusable'),
        text: message('mailed.unusableWhy'),
        links: [{ href: endpoints.signIn, label: message('mailed.goToSignIn') }],
      },
      reply,
    ),
  );
}
