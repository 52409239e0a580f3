import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { pageHeaders } from '../../http/headers.js';
import { verbatim } from '../../locales/message.js';
import { redirectOrigin } from '../../protocol/redirect-uri.js';
import type { GoOnPage } from '../../views/sign-in-page-models.js';
import type { Views } from '../../views/views.js';
import type { LoadedUpstream } from './definition.js';
import type { WayToUpstream } from './protocols/protocol.js';

/**
 * Answers with a page that leads to an upstream by itself: the redirect of a form would be held against the `form-action` of its page, all
 * along the way. A form has a button for browsers without scripts, and this page alone may post to the upstream.
 */
export function showOnwards(
  views: Views,
  { name }: Pick<LoadedUpstream, 'name'>,
  way: WayToUpstream,
  reply: FastifyReply,
  purpose?: GoOnPage['purpose'],
): void {
  const upstream = verbatim(name);
  if (way instanceof URL) {
    pageHeaders(reply);
    reply.send(views.render('go-on', { upstream, onwards: way.href, ...(purpose && { purpose }) }, reply));
    return;
  }
  const nonce = randomBytes(16).toString('base64url');
  pageHeaders(reply, { formAction: redirectOrigin(way.action), scriptNonce: nonce });
  reply.send(views.render('form-post', { ...way, nonce, upstream }, reply));
}
